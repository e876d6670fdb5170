import { z } from 'zod';
import { digestSchema } from '../../lib/digest.ts';
import { preconditionSchema } from '../plan/plan.ts';
import { objectRefSchema } from '../kubernetes/object.ts';

/**
 * How certain a prediction is.
 * - `proved`: a real Kubernetes controller or API server produced the value in the sandbox.
 * - `observed`: real containers produced the value (reserved: all nodes are simulated so far).
 * - `modelled`: the value was inferred from the history of the target cluster.
 * - `unknown`: there is no prediction.
 */
const gradeSchema = z.enum(['proved', 'observed', 'modelled', 'unknown']);
export type Grade = z.infer<typeof gradeSchema>;

const text = z.string().max(4000);

/** The predicted value of one measurement of one object after the plan. Verification compares it with the target. */
const predictionSchema = z.strictObject({
  object: objectRefSchema,
  /** The name of a measurement (measurement.ts), such as `replicas` or `ready`. */
  measurement: z.string().max(60),
  value: z.union([z.string().max(300), z.int(), z.null()]),
  grade: gradeSchema,
  /** For grade `proved`: which component produced the value. For other grades: why the grade is not higher. */
  why: text,
});
export type Prediction = z.infer<typeof predictionSchema>;

/** One check of a rehearsal. A failed check makes the outcome `unsafe`. */
const checkSchema = z.strictObject({
  /**
   * Stable id: precondition, admission, rbac-sufficient, rbac-minimal, scheduled, references, quota, availability, pdb,
   * side-effects, undo.
   */
  id: z.string().max(60),
  passed: z.boolean(),
  /** The result, in one sentence that tells a person enough to act. */
  sentence: text,
  /** Evidence, such as the scheduler's message for each pod. */
  details: z.array(text).max(50),
});
export type Check = z.infer<typeof checkSchema>;

/** One line of the diff of an object, in redacted form. */
const changeLineSchema = z.strictObject({
  object: objectRefSchema,
  /** JSON pointer (RFC 6901). */
  path: z.string().max(1000),
  before: text.nullable(),
  after: text.nullable(),
});
export type ChangeLine = z.infer<typeof changeLineSchema>;

/**
 * Outcome of a rehearsal.
 * - `safe`: every check passed. `unsafe`: a check failed.
 * - `not-faithful`: the sandbox did not reproduce the state of the target cluster, so nothing can be predicted.
 * - `failed`: the rehearsal could not be completed.
 */
const outcomeSchema = z.enum(['safe', 'unsafe', 'not-faithful', 'failed']);
export type Outcome = z.infer<typeof outcomeSchema>;

/**
 * The result of one rehearsal. Two rehearsals of the same bundle (snapshot.ts) give the same report, except for
 * `record`. The times and the placement in `record` vary, and no check compares them. The sandbox runner writes the
 * report. Readers do not trust the runner, so this schema is strict.
 */
export const reportSchema = z.strictObject({
  version: z.literal('airlock-report/1'),
  /** `control-plane`: a real control plane with simulated nodes. `kind`: a kind cluster with real nodes (reserved). */
  fidelity: z.enum(['control-plane', 'kind']),
  plan: digestSchema,
  outcome: outcomeSchema,
  /** The reason for the outcome, one sentence. */
  reason: text,
  checks: z.array(checkSchema).max(100),
  predictions: z.array(predictionSchema).max(500),
  /** What the rehearsal could not determine, one sentence each. */
  unknowns: z.array(text).max(200),
  /**
   * Precondition of each step, by step id. The preconditions of the steps come from the snapshot. The preconditions of
   * the undo steps are predicted.
   */
  preconditions: z.record(z.string(), preconditionSchema),
  diff: z.array(changeLineSchema).max(500),
  record: z.strictObject({
    seconds: z.number().nonnegative(),
    timeline: z.array(z.strictObject({ seconds: z.number(), event: text })).max(1000),
    placement: z.record(z.string(), z.string()),
  }),
});
export type Report = z.infer<typeof reportSchema>;

/**
 * A report that the observer (the process of the observation plane) signed. The signature is over the canonical JSON of
 * `statement`, with the Ed25519 key `report` of Vault's transit engine, and has the form `vault:v1:...`.
 */
export const signedReportSchema = z.strictObject({
  statement: z.strictObject({
    version: z.literal('airlock-statement/1'),
    cluster: z.string(),
    incident: z.string(),
    /** When the API server answered the first list of the snapshot. */
    takenAt: z.iso.datetime(),
    snapshot: digestSchema,
    report: reportSchema,
    /**
     * Only for a preflight rehearsal (the rehearsal immediately before execution): the gateway's challenge, and the
     * execution's id.
     */
    challenge: z.string().optional(),
    execution: z.string().optional(),
  }),
  signature: z.string().max(400),
});
export type SignedReport = z.infer<typeof signedReportSchema>;
