import { z } from 'zod';
import { digestSchema } from '../../lib/digest.ts';
import { basisSchema } from '../plan/plan.ts';
import { objectRefSchema } from '../kubernetes/object.ts';

/** How sure a prediction is: a real controller did it; real containers did it; inferred from history; not known. */
export const gradeSchema = z.enum(['proved', 'observed', 'modelled', 'unknown']);
export type Grade = z.infer<typeof gradeSchema>;

const text = z.string().max(4000);

/** One fact about one object after the plan ran, to be checked on the target afterwards. */
export const predictionSchema = z.strictObject({
  object: objectRefSchema,
  /** A fact of domain/fact.ts, such as `replicas` or `ready`. */
  fact: z.string().max(60),
  value: z.union([z.string().max(300), z.int(), z.null()]),
  grade: gradeSchema,
  /** Why the grade is no higher, or what proved it. */
  why: text,
});
export type Prediction = z.infer<typeof predictionSchema>;

/** One check of the rehearsal. A failed one makes the outcome `unsafe`. */
export const checkSchema = z.strictObject({
  /** Stable word: admission, rbac-sufficient, rbac-minimal, scheduled, references, quota, availability, pdb, outside, undo, basis. */
  id: z.string().max(60),
  passed: z.boolean(),
  /** One sentence a person can act on. */
  sentence: text,
  /** The evidence: for example the scheduler's own words, one per pod. */
  details: z.array(text).max(50),
});
export type Check = z.infer<typeof checkSchema>;

/** A line of the diff of one object, over the redacted form. */
export const changeLineSchema = z.strictObject({
  object: objectRefSchema,
  /** JSON pointer (RFC 6901). */
  path: z.string().max(1000),
  before: text.nullable(),
  after: text.nullable(),
});
export type ChangeLine = z.infer<typeof changeLineSchema>;

export const outcomeSchema = z.enum(['safe', 'unsafe', 'not-faithful', 'failed']);
export type Outcome = z.infer<typeof outcomeSchema>;

/**
 * What one rehearsal found. Everything but `record` is the same for the same bundle; `record` holds what is not
 * (placement, times) and is never compared. Written by the sandbox runner, so parsed as hostile input.
 */
export const reportSchema = z.strictObject({
  version: z.literal('airlock-report/1'),
  fidelity: z.enum(['control-plane', 'kind']),
  plan: digestSchema,
  outcome: outcomeSchema,
  /** Why the outcome is what it is, one sentence. */
  reason: text,
  checks: z.array(checkSchema).max(100),
  predictions: z.array(predictionSchema).max(500),
  /** What the rehearsal could not know, in sentences. */
  unknowns: z.array(text).max(200),
  /** Basis of every step as it was found in the snapshot (`do`) or predicted (`undo`), by step id. */
  bases: z.record(z.string(), basisSchema),
  diff: z.array(changeLineSchema).max(500),
  record: z.strictObject({
    seconds: z.number().nonnegative(),
    timeline: z.array(z.strictObject({ seconds: z.number(), event: text })).max(1000),
    placement: z.record(z.string(), z.string()),
  }),
});
export type Report = z.infer<typeof reportSchema>;

/**
 * A report as the observer signed it: the signature (Ed25519 by Vault transit key `report`, form `vault:v1:...`) is
 * over the canonical JSON of `statement`.
 */
export const signedReportSchema = z.strictObject({
  statement: z.strictObject({
    version: z.literal('airlock-statement/1'),
    cluster: z.string(),
    incident: z.string(),
    /** When the snapshot's first list was answered. */
    takenAt: z.iso.datetime(),
    snapshot: digestSchema,
    report: reportSchema,
    /** At the door only: the gateway's challenge, and the execution it is for. */
    challenge: z.string().optional(),
    execution: z.string().optional(),
  }),
  signature: z.string().max(400),
});
export type SignedReport = z.infer<typeof signedReportSchema>;
