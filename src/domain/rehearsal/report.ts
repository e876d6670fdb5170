import { z } from 'zod';
import { digestSchema } from '../../lib/digest.ts';
import { preconditionSchema } from '../plan/plan.ts';
import { objectRefSchema } from '../kubernetes/object.ts';
import { reviewLimits } from './review-limits.ts';

/**
 * How certain a prediction is.
 * - `proved`: a real Kubernetes program, such as a controller, produced the value in the sandbox.
 * - `observed`: real containers produced the value in the sandbox. No rehearsal uses this grade yet, because the nodes
 *   of a sandbox are simulated.
 * - `modelled`: the value depends on how pods behave, which was inferred from the target. This grade also replaces
 *   `proved` if the minor versions of Kubernetes in the target and in the sandbox differ.
 * - `unknown`: the value cannot be predicted.
 */
const gradeSchema = z.enum(['proved', 'observed', 'modelled', 'unknown']);
export type Grade = z.infer<typeof gradeSchema>;

/** Longest text of a report, in characters. */
export const maxTextLength = 4000;
const text = z.string().max(maxTextLength);

/** Predicts the value that one measurement of one object has after the plan. */
const predictionSchema = z.strictObject({
  object: objectRefSchema,
  /** The name of a measurement (measurement.ts), such as `replicas` or `ready`. */
  measurement: z.string().max(60),
  /** Null if the grade is `unknown`, or if the measured value is null. */
  value: z.union([z.string().max(300), z.int(), z.null()]),
  grade: gradeSchema,
  /** For grade `proved`: which component produced the value. For other grades: why the grade is not higher. */
  why: text,
});
export type Prediction = z.infer<typeof predictionSchema>;

/** The result of one check of a rehearsal. A failed check makes the outcome `unsafe`. */
const checkSchema = z.strictObject({
  /**
   * One of precondition, admission, rbac-sufficient, rbac-minimal, scheduled, references, quota, availability, pdb,
   * side-effects, undo.
   */
  id: z.string().max(60),
  passed: z.boolean(),
  /** The result, in one sentence for people. */
  sentence: text,
  /** The failures, such as the scheduler's message for each pod without a node. Empty if the check passed. */
  details: z.array(text).max(50),
});
export type Check = z.infer<typeof checkSchema>;

/**
 * One field that the plan changes, with the whole redacted values. `before` is null if the plan adds the field, and
 * `after` is null if the plan removes the field.
 */
const changeLineSchema = z.strictObject({
  object: objectRefSchema,
  /** JSON pointer (RFC 6901). */
  path: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type ChangeLine = z.infer<typeof changeLineSchema>;

/**
 * Outcome of a rehearsal.
 * - `safe`: every check passed.
 * - `unsafe`: a check failed.
 * - `not-faithful`: the sandbox did not reproduce the state of the target cluster, so nothing can be predicted.
 * - `failed`: the sandbox could not be prepared, or the observer did not accept the report of the sandbox.
 */
const outcomeSchema = z.enum(['safe', 'unsafe', 'not-faithful', 'failed']);
export type Outcome = z.infer<typeof outcomeSchema>;

/**
 * The result of one rehearsal, as the observer signs it. The observer computes `preconditions` and `diff` itself, from
 * its own snapshot, and adds its own unknowns. The rest is what the sandbox found (`sandboxReportSchema`). Two rehearsals
 * of the same bundle (snapshot.ts) give reports that differ only in `record`.
 */
export const reportSchema = z.strictObject({
  version: z.literal('airlock-report/1'),
  /**
   * How real the sandbox is. `control-plane`: a real control plane with simulated nodes. `kind`: a cluster of kind
   * (Kubernetes in Docker). No rehearsal uses kind yet.
   */
  fidelity: z.enum(['control-plane', 'kind']),
  /** Digest of the plan. */
  plan: digestSchema,
  outcome: outcomeSchema,
  /** The reason for the outcome, for people. */
  reason: text,
  checks: z.array(checkSchema).max(100),
  predictions: z.array(predictionSchema).max(500),
  /** What the rehearsal could not determine, one sentence each. */
  unknowns: z.array(z.string()).max(reviewLimits.unknowns),
  /** The preconditions of the steps and the undo steps, computed from the snapshot. The keys are the ids of steps. */
  preconditions: z.record(z.string(), preconditionSchema),
  /**
   * Every field that the steps of the plan write. Effects of controllers are not here. Of each object, the
   * security-relevant fields come first.
   */
  diff: z.array(changeLineSchema).max(reviewLimits.changedFields),
  /** Times and nodes. They differ between rehearsals of the same bundle, so they are never compared. */
  record: z.strictObject({
    /** Duration of the rehearsal, in seconds. */
    seconds: z.number().nonnegative(),
    /** Each event with its time, in seconds since the start of the rehearsal. */
    timeline: z.array(z.strictObject({ seconds: z.number(), event: text })).max(1000),
    /** The keys are the names of the changed Deployments' pods. Each value is the pod's node, or `no node`. */
    placement: z.record(z.string(), z.string()),
  }),
});
export type Report = z.infer<typeof reportSchema>;

/**
 * What the sandbox runner (the process of the rehearsal) writes. The observer does not trust the runner, so this schema
 * is strict: it has no field for what the observer computes itself.
 */
export const sandboxReportSchema = reportSchema
  .omit({ preconditions: true, diff: true })
  .extend({ unknowns: z.array(text) });
export type SandboxReport = z.infer<typeof sandboxReportSchema>;

/**
 * A report that the observer (`airlock observe`) signed. Vault's transit engine makes the signature with the Ed25519
 * key `report`, over the canonical JSON of `statement`.
 */
export const signedReportSchema = z.strictObject({
  statement: z.strictObject({
    version: z.literal('airlock-statement/1'),
    /** Name of the target. */
    cluster: z.string(),
    /** Id of the incident. */
    incident: z.string(),
    /** The `takenAt` of the snapshot. */
    takenAt: z.iso.datetime(),
    /** Digest of the snapshot. */
    snapshot: digestSchema,
    report: reportSchema,
    /** The gateway's challenge. Present only after a preflight, the rehearsal immediately before an execution. */
    challenge: z.string().optional(),
    /** Id of the execution. Present only after a preflight. */
    execution: z.string().optional(),
  }),
  /** In the form of Vault: `vault:v<key version>:<base64>`. */
  signature: z.string().max(400),
});
export type SignedReport = z.infer<typeof signedReportSchema>;
