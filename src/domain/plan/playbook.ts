import { z } from 'zod';
import { digestSchema, type Digest } from '../../lib/digest.ts';
import { factNameSchema } from '../rehearsal/measurement-name.ts';
import { objectRefSchema, type KubeObject } from '../kubernetes/object.ts';
import { actionNameSchema } from './plan.ts';
import { givenParametersSchema } from '../approval/request.ts';

const sentence = z.string().trim().min(3).max(300);
const expression = z.string().trim().min(1).max(2000);
const word = z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/, 'expected a word such as serving');
const slug = z.string().regex(/^[a-z][-a-z0-9]{0,58}[a-z0-9]$/, 'expected lower case, digits and dashes');

/** An alert that a playbook is for: its name, and labels that it must have. */
export const causeMatcherSchema = z.strictObject({
  alert: z.string().min(1).max(200),
  labels: z.record(z.string(), z.string()).default({}),
});
export type CauseMatcher = z.infer<typeof causeMatcherSchema>;

/** What can start a playbook: an alert, or one of the words for those who ask. */
export const playbookCauseSchema = z.union([causeMatcherSchema, z.enum(['person', 'schedule'])]);
export type PlaybookCause = z.infer<typeof playbookCauseSchema>;

/** Something that must hold in the evidence: `that` for people, `when` in CEL, of type bool. */
export const evidenceConditionSchema = z.strictObject({ that: sentence, when: expression });

const parameterValue = z.union([z.string(), z.int()]);

const testFieldsSchema = z.strictObject({
  name: sentence,
  alert: z.strictObject({ name: z.string(), labels: z.record(z.string(), z.string()).default({}) }).optional(),
  /** Parameters that a person gives; where it stands, no alert does. */
  request: givenParametersSchema.optional(),
  /** Name of a file in the folder `evidence` beside the playbooks, without its ending. */
  evidence: slug,
  /** Objects that are added to that evidence, each in place of one of the same kind and name. */
  with: z.array(z.custom<KubeObject>((value) => typeof value === 'object' && value !== null)).default([]),
  expect: z.union([
    z.strictObject({ parameters: z.record(z.string(), parameterValue) }),
    /** Words that the reason why it was not chosen must hold. */
    z.strictObject({ not: sentence }),
  ]),
});

/** A test of a playbook: an alert or a person's request, evidence, and what must come of it. */
export const playbookTestSchema = testFieldsSchema.refine(
  ({ alert, request }) => (alert === undefined) !== (request === undefined),
  'needs either an alert or a request',
);
export type PlaybookTest = z.infer<typeof playbookTestSchema>;

/** A playbook's file, before its expressions were checked. What the expressions see: src/reasoning/view/view.ts. */
export const playbookSchema = z.strictObject({
  version: z.literal('airlock-playbook/1'),
  name: slug,
  description: z.string().trim().min(20),
  causes: z.array(playbookCauseSchema).min(1),
  /** Named values in CEL, in order; later ones, conditions and parameters may use earlier ones. */
  values: z.record(word, expression).default({}),
  evidence: z.array(evidenceConditionSchema).min(1),
  action: actionNameSchema,
  /**
   * The action's parameters in CEL. A text must turn out to be the name of an observed object. One that is nothing but the
   * name of a value can be chosen by who asks or edits; that value is then what they chose, before any condition is looked at.
   */
  parameters: z.record(word, expression),
  /** How success is judged: facts that a rehearsal must predict and verification must find. */
  success: z.array(factNameSchema).min(1),
  /** One sentence for the approver; `{parameter}` and `{namespace}` are filled in. */
  summary: sentence,
  tests: z.array(playbookTestSchema).min(2, 'needs a case that is chosen and one that is not'),
});
export type PlaybookFile = z.infer<typeof playbookSchema>;

/** Evidence of a playbook's tests, as it stands in a file: all that was observed, at one time. */
export const testEvidenceSchema = z.strictObject({
  subject: objectRefSchema,
  objects: z.array(z.custom<KubeObject>((value) => typeof value === 'object' && value !== null)).min(1),
});

/** A playbook by name and by the digest of its file's bytes: what plans and journal refer to. */
export interface PlaybookId {
  name: string;
  digest: Digest;
}

/** A playbook as those see it who may ask for it. */
export const playbookDocSchema = z.strictObject({
  name: z.string(),
  digest: digestSchema,
  action: actionNameSchema,
  causes: z.array(playbookCauseSchema),
  /** JSON Schema (2020-12) of the parameters that a request may give. */
  parameters: z.record(z.string(), z.unknown()),
});
export type PlaybookDoc = z.infer<typeof playbookDocSchema>;

/** What can be asked for, and where: `GET /v1/playbooks`. */
export const askableSchema = z.strictObject({ clusters: z.array(z.string()), playbooks: z.array(playbookDocSchema) });
export type Askable = z.infer<typeof askableSchema>;
