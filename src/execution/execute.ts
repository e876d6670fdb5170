import { objectsOf } from '../actions/objects-of.ts';
import type { Dossier } from '../domain/approval/dossier.ts';
import type { Digest } from '../lib/digest.ts';
import { AirlockError, refused } from '../lib/error.ts';
import type { Direction, ExecutionResult } from '../domain/execution/execution.ts';
import type { Incident } from '../domain/incident/incident.ts';
import { executionId } from '../domain/names.ts';
import type { SignedReport } from '../domain/rehearsal/report.ts';
import { admitPreflight, type PreflightDeps } from './checks/preflight.ts';
import type { ExecutionContext } from './checks/execution-context.ts';
import { loadDossier } from './checks/load.ts';
import { appendRecord, type RecordContext } from './append-record.ts';
import { stoppedResult } from './outcome.ts';
import type { Challenge, ExecutionLock, ExecutionRecord, Ledger, ObjectLocks } from './ledger-ports.ts';
import { lockedByOthersSince } from './checks/object-tokens.ts';
import { finishedRecord } from './records.ts';
import { readComplete, reconcile, reportingAttacks, type ReconcileDeps } from './reconcile.ts';
import { recheck, type RecheckDeps } from './checks/recheck.ts';
import { runSteps, type RunDeps } from './run-steps.ts';
import { revokeLeftovers } from './sweep.ts';
import { undoDelayOf, executionToUndo } from './checks/undoable.ts';

/** What `execute` needs from outside. */
export interface ExecuteDeps extends RecheckDeps, PreflightDeps, RunDeps, ReconcileDeps {
  ledger: Ledger;
}

/** Input of `execute`. `report` is the digest of the preflight report. Only direction `do` needs a report. */
export interface ExecuteInput {
  incident: Incident;
  dossier: Digest;
  direction: Direction;
  report?: Digest;
}

/**
 * Executes the steps of the dossier's plan (direction `do`) or its undo steps (`undo`). All attempts together apply
 * each step at most once. Before the gateway writes the result to the ledger, it revokes the credential. If the ledger
 * already has the result, `execute` returns this result.
 * @throws AirlockError, which the ledger does not store. If `next` is `retry`, the caller should call again with the
 * same input. `ledger-corrupt` (stop) if somebody else has changed the ledger.
 */
export async function execute(deps: ExecuteDeps, input: ExecuteInput): Promise<ExecutionResult> {
  const dossier = await loadDossier(deps.blobs, input.dossier);
  const execution = executionId(input.dossier, input.direction);
  const call: Call = { ...input, content: dossier, execution };
  return reportingAttacks(deps, { execution, ...contextOf(call) }, () => executeLocked(deps, call));
}

/** One call of `execute`, with the dossier and the id of the execution. */
interface Call extends ExecuteInput {
  content: Dossier;
  execution: string;
}

function contextOf({ content: { incident, trace } }: Call): RecordContext {
  return { incident, trace };
}

/**
 * Locks the execution, admits the preflight report, then locks the objects of the plan. Returns the result of an
 * earlier call, or runs an attempt. Until another attempt, an execution that did not end keeps its objects, because a
 * change that it has sent may still happen.
 */
async function executeLocked(deps: ExecuteDeps, call: Call): Promise<ExecutionResult> {
  const { content: dossier, execution, direction } = call;
  await using lock = await deps.ledger.lock(execution);
  if (lock.earlier) assertSameDossier(lock.earlier, call);
  const { record, challenge } = await reconcile(deps, dossier, { execution, direction });
  // Before the objects are locked: only a dossier that passed the checks of `prepare` has a challenge. Otherwise
  // everybody who can call this activity could lock any object, and so invalidate the executions of others.
  const preflight = await admit(deps, call, challenge);
  if (record?.result) return record.result;
  const toUndo = direction === 'undo' ? await loadExecutionToUndo(deps, call) : undefined;
  await using objects = await lock.lockObjects(objectsOf(dossier.plan, direction));
  const result = await attemptOnce(deps, call, { lock, toUndo, challenge, preflight, objects }).catch(
    (error: unknown) => {
      if (!(error instanceof AirlockError) || error.next === 'retry') objects.keep();
      throw error;
    },
  );
  await appendRecord(deps.journal, ...finishedRecord(contextOf(call), result));
  return result;
}

/** The input of one attempt. */
interface AttemptInput {
  lock: ExecutionLock;
  toUndo: ExecutionRecord | undefined;
  challenge: Challenge | undefined;
  preflight: SignedReport | undefined;
  objects: ObjectLocks;
}

/** Runs an attempt and writes its result to the ledger. Each later attempt of the execution returns this result. */
async function attemptOnce(
  deps: ExecuteDeps,
  call: Call,
  { lock, toUndo, challenge, preflight, objects }: AttemptInput,
): Promise<ExecutionResult> {
  const { incident, dossier: digest, direction, content: dossier, execution: id } = call;
  const now = deps.clock();
  const { cluster } = dossier.plan;
  const startedAt = now.toISOString();
  const attempt = await lock.begin({ id, dossier: digest, direction, ...contextOf(call), cluster, startedAt });
  await revokeLeftovers(deps, attempt);
  const earlier = await attempt.record();
  const context: ExecutionContext = {
    incident,
    digest,
    dossier,
    direction,
    now,
    preflight,
    startedAt: (toUndo ?? (earlier.receipts.length > 0 ? earlier : undefined))?.startedAt,
    undoDelay: toUndo && undoDelayOf(toUndo, { undo: earlier, now }),
  };
  const stale = challenge ? lockedByOthersSince(challenge, objects.tokens) : [];
  const reasons = stale.length > 0 ? stale : await recheck(context, deps);
  const result =
    reasons.length > 0 ? await stoppedResult(attempt, reasons) : await runSteps(deps, { context, attempt, toUndo });
  await attempt.finish(result, deps.clock());
  return result;
}

/** The execution id contains only a part of the dossier's digest. So two dossiers could have the same execution id. */
function assertSameDossier(earlier: ExecutionRecord, { dossier, execution }: Call): void {
  if (earlier.dossier === dossier) return;
  throw refused(
    'execution-conflict',
    `another dossier already has the execution id ${execution}, so the incident needs a new dossier`,
  );
}

/** Returns the execution that an undo reverts. Its rows must be complete: they say which steps were applied. */
async function loadExecutionToUndo(deps: ExecuteDeps, { dossier, content }: Call): Promise<ExecutionRecord> {
  const { record } = await readComplete(deps, content, { execution: executionId(dossier, 'do'), direction: 'do' });
  return executionToUndo(record, dossier);
}

/** Admits the preflight report of direction `do`. Records a refusal in the journal, because the report may be forged. */
async function admit(
  deps: ExecuteDeps,
  call: Call,
  challenge: Challenge | undefined,
): Promise<SignedReport | undefined> {
  if (call.direction === 'undo') return undefined;
  const { execution, report: reportDigest, content: dossier } = call;
  try {
    return await admitPreflight(deps, { execution, dossier, challenge, reportDigest });
  } catch (error) {
    if (!(error instanceof AirlockError) || error.next === 'retry' || error.code === 'ledger-corrupt') throw error;
    const body = { execution, report: reportDigest ?? null, code: error.code };
    await appendRecord(deps.journal, 'execution.refused', contextOf(call), { message: error.message, body });
    throw error;
  }
}
