import { z } from 'zod';
import { digestSchema, type Digest } from '../../lib/digest.ts';
import { measurementNameSchema } from '../rehearsal/measurement-name.ts';
import { objectRefSchema, type KubeObject } from '../kubernetes/object.ts';
import { actionNameSchema } from './plan.ts';
import { givenParametersSchema } from '../approval/request.ts';

const sentence = z.string().trim().min(3).max(300);
const expression = z.string().trim().min(1).max(2000);
const word = z
  .string()
  .regex(/^[a-z][A-Za-z0-9]{0,39}$/, 'expected a lower-case letter, then at most 39 letters or digits');
const slug = z
  .string()
  .regex(
    /^[a-z][-a-z0-9]{0,58}[a-z0-9]$/,
    'expected 2 to 60 lower-case letters, digits and dashes, such as add-capacity',
  );

/**
 * The alerts that can trigger a playbook. `alert`: the value of the label `alertname`. `labels`: other labels that the
 * alert must have, with their values.
 */
const alertMatcherSchema = z.strictObject({
  alert: z.string().min(1).max(200),
  labels: z.record(z.string(), z.string()).default({}),
});
export type AlertMatcher = z.infer<typeof alertMatcherSchema>;

/** What can trigger a playbook: alerts, a person's request (`person`) or a schedule. */
const playbookCauseSchema = z.union([alertMatcherSchema, z.enum(['person', 'schedule'])]);
export type PlaybookCause = z.infer<typeof playbookCauseSchema>;

/**
 * A condition on the evidence. The field `that` states the condition for people. The field `when` states the same
 * condition as a CEL expression of type bool.
 */
const evidenceConditionSchema = z.strictObject({ that: sentence, when: expression });

const parameterValue = z.union([z.string(), z.int()]);

/** The fields of a playbook test. */
const testFieldsSchema = z.strictObject({
  name: sentence,
  alert: z.strictObject({ name: z.string(), labels: z.record(z.string(), z.string()).default({}) }).optional(),
  /** The parameters of a person's request. */
  request: givenParametersSchema.optional(),
  /** The evidence is in the file `evidence/<this name>.yaml` in the folder of the playbooks. */
  evidence: slug,
  /**
   * Objects that the test adds to the evidence. An added object replaces the object that has the same API group, kind,
   * namespace and name.
   */
  with: z.array(z.custom<KubeObject>((value) => typeof value === 'object' && value !== null)).default([]),
  expect: z.union([
    /** The playbook must make a plan with exactly these parameters. */
    z.strictObject({ parameters: z.record(z.string(), parameterValue) }),
    /** The playbook must not make a plan, and the reason must contain this text. */
    z.strictObject({ rejected: sentence }),
  ]),
});

/** A test of a playbook: `alert` or `request` triggers the playbook. */
const playbookTestSchema = testFieldsSchema.refine(
  ({ alert, request }) => (alert === undefined) !== (request === undefined),
  'a test must have an alert or a request, and not both',
);
export type PlaybookTest = z.infer<typeof playbookTestSchema>;

/**
 * The content of a playbook file. src/reasoning/playbooks/compile.ts checks the CEL expressions.
 * src/reasoning/view/view.ts defines the variables that these expressions can use.
 */
export const playbookSchema = z.strictObject({
  version: z.literal('airlock-playbook/1'),
  name: slug,
  description: z.string().trim().min(20),
  causes: z.array(playbookCauseSchema).min(1),
  /**
   * Named CEL expressions. An expression can use the names of earlier expressions. The expressions in `evidence` and
   * `parameters` can use all names.
   */
  values: z.record(word, expression).default({}),
  /** The playbook makes a plan only if all of these conditions hold. */
  evidence: z.array(evidenceConditionSchema).min(1),
  action: actionNameSchema,
  /**
   * For each parameter of the action: a CEL expression. If the result is a text, the text must be the name of an
   * observed object. A parameter is free if the expression is only one of the names in `values`, such as `to: target`.
   * A request or an edit may choose a free parameter. All expressions then use the chosen value as `target`.
   */
  parameters: z.record(word, expression),
  /** Success criteria. If the prediction of one of these measurements is missing or unknown, policy denies the plan. */
  success: z.array(measurementNameSchema).min(1),
  /**
   * One sentence that tells approvers what the plan does. `{namespace}` stands for the namespace of the plan. The name
   * of a parameter in braces, such as `{to}`, stands for the value of this parameter.
   */
  summary: sentence,
  tests: z
    .array(playbookTestSchema)
    .min(2, 'expected a test in which the playbook makes a plan, and a test in which it makes no plan'),
});
export type PlaybookFile = z.infer<typeof playbookSchema>;

/** The content of an evidence file for tests: the subject of the incident, and the observed objects. */
export const testEvidenceSchema = z.strictObject({
  subject: objectRefSchema,
  objects: z.array(z.custom<KubeObject>((value) => typeof value === 'object' && value !== null)).min(1),
});

/** Identifies a playbook: its name, and the digest of the bytes of the playbook file. */
export interface PlaybookId {
  name: string;
  digest: Digest;
}

/** What the API tells people about a playbook. */
export const playbookDocSchema = z.strictObject({
  name: z.string(),
  digest: digestSchema,
  action: actionNameSchema,
  causes: z.array(playbookCauseSchema),
  /** JSON Schema (2020-12) of the parameters of a request. */
  parameters: z.record(z.string(), z.unknown()),
});
export type PlaybookDoc = z.infer<typeof playbookDocSchema>;

/**
 * The answer of `GET /v1/playbooks`: all clusters and all playbooks. People can request only the playbooks that have
 * the cause `person`.
 */
export const requestableSchema = z.strictObject({
  clusters: z.array(z.string()),
  playbooks: z.array(playbookDocSchema),
});
export type Requestable = z.infer<typeof requestableSchema>;
