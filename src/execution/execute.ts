import type { Digest } from '../lib/digest.ts';
import { AirlockError, refused } from '../lib/error.ts';
import type { Direction, ExecutionResult } from '../domain/execution/execution.ts';
import type { Incident } from '../domain/incident/incident.ts';
import { executionId } from '../domain/names.ts';
import type { SignedReport } from '../domain/rehearsal/report.ts';
import { admitPreflight, type PreflightInput, type PreflightDeps } from './checks/preflight.ts';
import type { ExecutionContext } from './checks/execution-context.ts';
import { loadDossier } from './checks/load.ts';
import { appendRecord, type RecordContext } from './append-record.ts';
import { finish, stop } from './outcome.ts';
import type { Ledger } from './ports.ts';
import { recheck, type RecheckDeps } from './checks/recheck.ts';
import { runSteps, type RunDeps } from './run-steps.ts';
import { revokeLeftovers } from './sweep.ts';
import { executedFor, executionToUndo } from './checks/undoable.ts';

export interface ExecuteDeps extends RecheckDeps, PreflightDeps, RunDeps {
  ledger: Ledger;
}

/** One direction of one dossier. `do` needs the report of the preflight rehearsal. */
export interface ExecuteInput {
  incident: Incident;
  dossier: Digest;
  direction: Direction;
  report?: Digest;
}

/**
 * Executes one direction of a dossier. Its effects happen at most once, over all attempts, and its credential is revoked
 * before the result is written. An execution that is already finished returns the ledger's result again.
 * @throws AirlockError with `next: 'retry'` when the same call should be made again (another attempt is running, a server
 * does not answer); with `stop` when this input can never be executed. Neither changes the state of the execution.
 */
export async function execute(deps: ExecuteDeps, input: ExecuteInput): Promise<ExecutionResult> {
  const dossier = await loadDossier(deps.blobs, input.dossier);
  const execution = executionId(input.dossier, input.direction);
  const now = deps.clock();
  const record = { incident: dossier.incident, trace: dossier.trace };
  const at = { execution, dossier, digest: input.report };
  const preflight = input.direction === 'do' ? await checkPreflight(deps, at, record) : undefined;
  const before = input.direction === 'undo' ? await executionToUndo(deps.ledger, input.dossier) : undefined;
  await using lock = await deps.ledger.acquire({
    id: execution,
    dossier: input.dossier,
    direction: input.direction,
    ...record,
    cluster: dossier.plan.cluster,
    startedAt: now.toISOString(),
  });
  await revokeLeftovers(deps, lock);
  const earlier = await lock.record();
  // An execution id is a shortened hash, so two dossiers may share it. Approvals are for the whole digest.
  if (earlier.dossier !== input.dossier)
    throw refused('execution-conflict', `${execution} belongs to another dossier: plan again`);
  if (earlier.result) return earlier.result;
  const { incident, direction } = input;
  const startedAt = (before ?? (earlier.receipts.length > 0 ? earlier : undefined))?.startedAt;
  const executedSeconds = before && executedFor(before, { undo: earlier, now });
  const context: ExecutionContext = {
    incident,
    digest: input.dossier,
    dossier,
    direction,
    now,
    preflight,
    startedAt,
    executedSeconds,
  };
  const reasons = await recheck(context, deps);
  const result = reasons.length > 0 ? await stop(lock, reasons) : await runSteps(deps, { context, lock, before });
  // `await` is needed here: the lock is released at the end of this block.
  return await finish(deps, lock, result);
}

/** Records a refused preflight report: it may be a forgery. */
async function checkPreflight(deps: ExecuteDeps, at: PreflightInput, record: RecordContext): Promise<SignedReport> {
  try {
    return await admitPreflight(deps, at);
  } catch (error) {
    if (!(error instanceof AirlockError) || error.next === 'retry') throw error;
    const body = { execution: at.execution, report: at.digest ?? null, code: error.code };
    await appendRecord(deps.journal, 'execution.refused', record, { message: error.message, body });
    throw error;
  }
}
