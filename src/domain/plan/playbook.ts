import { z } from 'zod';
import { digestSchema, type Digest } from '../../lib/digest.ts';
import { measurementNameSchema } from '../rehearsal/measurement-name.ts';
import { objectRefSchema, type KubeObject } from '../kubernetes/object.ts';
import { actionNameSchema } from './plan.ts';
import { givenParametersSchema } from '../approval/request.ts';

const sentence = z.string().trim().min(3).max(300);
const expression = z.string().trim().min(1).max(2000);
const word = z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/, 'expected a word such as serving');
const slug = z.string().regex(/^[a-z][-a-z0-9]{0,58}[a-z0-9]$/, 'expected lower case, digits and dashes');

/** An alert to which a playbook responds: the name of the alert, and labels that the alert must have. */
const causeMatcherSchema = z.strictObject({
  alert: z.string().min(1).max(200),
  labels: z.record(z.string(), z.string()).default({}),
});
export type CauseMatcher = z.infer<typeof causeMatcherSchema>;

/** A cause to which a playbook may respond: an alert, a person's request, or a schedule. */
const playbookCauseSchema = z.union([causeMatcherSchema, z.enum(['person', 'schedule'])]);
export type PlaybookCause = z.infer<typeof playbookCauseSchema>;

/**
 * A condition on the evidence. The field `that` is a sentence for people. The field `when` is the same condition as a
 * CEL expression of type bool.
 */
const evidenceConditionSchema = z.strictObject({ that: sentence, when: expression });

const parameterValue = z.union([z.string(), z.int()]);

const testFieldsSchema = z.strictObject({
  name: sentence,
  alert: z.strictObject({ name: z.string(), labels: z.record(z.string(), z.string()).default({}) }).optional(),
  /** Parameters of a person's request. A test has either a request or an alert. */
  request: givenParametersSchema.optional(),
  /** Name, without `.yaml`, of a file in the folder `evidence` beside the playbooks. */
  evidence: slug,
  /** Objects that are added to the evidence. Each replaces the object with the same kind, namespace and name. */
  with: z.array(z.custom<KubeObject>((value) => typeof value === 'object' && value !== null)).default([]),
  expect: z.union([
    z.strictObject({ parameters: z.record(z.string(), parameterValue) }),
    /** A text that must occur in the reason why the playbook is not chosen. */
    z.strictObject({ rejected: sentence }),
  ]),
});

/** A test of a playbook: an alert or a person's request, evidence, and the expected result. */
const playbookTestSchema = testFieldsSchema.refine(
  ({ alert, request }) => (alert === undefined) !== (request === undefined),
  'needs either an alert or a request',
);
export type PlaybookTest = z.infer<typeof playbookTestSchema>;

/**
 * The content of a playbook's file, before its expressions are checked. The variables that expressions can use are in
 * src/reasoning/view/view.ts.
 */
export const playbookSchema = z.strictObject({
  version: z.literal('airlock-playbook/1'),
  name: slug,
  description: z.string().trim().min(20),
  causes: z.array(playbookCauseSchema).min(1),
  /** Named values in CEL, in order. Later values, conditions and parameters can use earlier values. */
  values: z.record(word, expression).default({}),
  evidence: z.array(evidenceConditionSchema).min(1),
  action: actionNameSchema,
  /**
   * The action's parameters as CEL expressions. A result that is a text must be the name of an observed object. A
   * parameter is free if its expression is only the name of one of `values`, such as `to: target`. A request or an edit
   * may choose a free parameter. The chosen value replaces `target` before the conditions are evaluated.
   */
  parameters: z.record(word, expression),
  /**
   * Success criteria: the rehearsal must predict these measurements, and verification must measure the predicted values
   * after the execution.
   */
  success: z.array(measurementNameSchema).min(1),
  /** One sentence for the approver. `{namespace}` and names of parameters in braces are replaced by their values. */
  summary: sentence,
  tests: z.array(playbookTestSchema).min(2, 'needs a test in which it is chosen and one in which it is not'),
});
export type PlaybookFile = z.infer<typeof playbookSchema>;

/** An evidence file for the tests of playbooks: the observed objects. */
export const testEvidenceSchema = z.strictObject({
  subject: objectRefSchema,
  objects: z.array(z.custom<KubeObject>((value) => typeof value === 'object' && value !== null)).min(1),
});

/** Name of a playbook, and digest of its file's bytes. Plans and the journal refer to a playbook by name and digest. */
export interface PlaybookId {
  name: string;
  digest: Digest;
}

/** A playbook as the API lists it for requesters. */
export const playbookDocSchema = z.strictObject({
  name: z.string(),
  digest: digestSchema,
  action: actionNameSchema,
  causes: z.array(playbookCauseSchema),
  /** JSON Schema (2020-12) of the parameters of a request. */
  parameters: z.record(z.string(), z.unknown()),
});
export type PlaybookDoc = z.infer<typeof playbookDocSchema>;

/** The answer of `GET /v1/playbooks`: the playbooks that people can request, and the clusters. */
export const requestableSchema = z.strictObject({
  clusters: z.array(z.string()),
  playbooks: z.array(playbookDocSchema),
});
export type Requestable = z.infer<typeof requestableSchema>;
