import { z } from 'zod';
import { digestSchema } from '../../lib/digest.ts';
import { preconditionSchema } from '../plan/plan.ts';
import { objectRefSchema } from '../kubernetes/object.ts';

/**
 * How certain a prediction is.
 * - `proved`: a real Kubernetes program, such as a controller, produced the value in the sandbox.
 * - `observed`: real containers produced the value. No rehearsal uses this grade yet, because all nodes are simulated.
 * - `modelled`: the value depends on behaviour that was inferred from the target, or the target has another minor
 *   version of Kubernetes than the sandbox.
 * - `unknown`: the value cannot be predicted.
 */
const gradeSchema = z.enum(['proved', 'observed', 'modelled', 'unknown']);
export type Grade = z.infer<typeof gradeSchema>;

const text = z.string().max(4000);

/** The predicted value of one measurement of one object after the plan. */
const predictionSchema = z.strictObject({
  object: objectRefSchema,
  /** The name of a measurement (measurement.ts), such as `replicas` or `ready`. */
  measurement: z.string().max(60),
  /** Null if the grade is `unknown`, or if the measurement itself is null. */
  value: z.union([z.string().max(300), z.int(), z.null()]),
  grade: gradeSchema,
  /** For grade `proved`: which component produced the value. For other grades: why the grade is not higher. */
  why: text,
});
export type Prediction = z.infer<typeof predictionSchema>;

/** The result of one check of a rehearsal. A failed check makes the outcome `unsafe`. */
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

/** One changed field of an object, in redacted form. `before` or `after` is null if the field did not exist. */
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
 * - `safe`: every check passed.
 * - `unsafe`: a check failed.
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
  /** `control-plane`: a real control plane with simulated nodes. `kind`: a kind cluster; no rehearsal uses it yet. */
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
   * By step id: the precondition of each step of the plan, from the snapshot, and of each undo step, predicted by the
   * rehearsal.
   */
  preconditions: z.record(z.string(), preconditionSchema),
  diff: z.array(changeLineSchema).max(500),
  record: z.strictObject({
    seconds: z.number().nonnegative(),
    timeline: z.array(z.strictObject({ seconds: z.number(), event: text })).max(1000),
    /** For each pod of the changed Deployments: the name of its node. */
    placement: z.record(z.string(), z.string()),
  }),
});
export type Report = z.infer<typeof reportSchema>;

/**
 * A report that the observer (`airlock observe`) signed. The signature is over the canonical JSON of `statement`, with
 * the Ed25519 key `report` of Vault's transit engine, and has the form `vault:v1:...`.
 */
export const signedReportSchema = z.strictObject({
  statement: z.strictObject({
    version: z.literal('airlock-statement/1'),
    cluster: z.string(),
    incident: z.string(),
    /** When the API server had answered the lists of nodes and pods. The other lists of the snapshot are newer. */
    takenAt: z.iso.datetime(),
    snapshot: digestSchema,
    report: reportSchema,
    /**
     * Only for a preflight rehearsal (the rehearsal immediately before execution): the gateway's challenge, and the id
     * of the execution.
     */
    challenge: z.string().optional(),
    execution: z.string().optional(),
  }),
  signature: z.string().max(400),
});
export type SignedReport = z.infer<typeof signedReportSchema>;
