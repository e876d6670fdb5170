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
import { finish, stoppedResult } from './outcome.ts';
import type { Ledger } from './ports.ts';
import { recheck, type RecheckDeps } from './checks/recheck.ts';
import { runSteps, type RunDeps } from './run-steps.ts';
import { revokeLeftovers } from './sweep.ts';
import { undoDelayOf, executionToUndo } from './checks/undoable.ts';

/** What `execute` needs from outside. */
export interface ExecuteDeps extends RecheckDeps, PreflightDeps, RunDeps {
  ledger: Ledger;
}

/**
 * Selects what is executed: the plan of a dossier (direction `do`) or the undo of the plan (`undo`). Only `do` needs
 * `report`, the digest of the preflight rehearsal's report.
 */
export interface ExecuteInput {
  incident: Incident;
  dossier: Digest;
  direction: Direction;
  report?: Digest;
}

/**
 * Executes the plan of a dossier, or the undo of the plan. Each step is applied at most once, even over several
 * attempts. The credential is revoked before the result is written. If the execution has finished already, the result
 * in the ledger is returned.
 * @throws AirlockError, which is not recorded as a result. With `next: 'retry'`, another attempt is running or a server
 * does not answer: the caller should call again with the same input. With another `next`, a new call would fail again.
 */
export async function execute(deps: ExecuteDeps, input: ExecuteInput): Promise<ExecutionResult> {
  const dossier = await loadDossier(deps.blobs, input.dossier);
  const execution = executionId(input.dossier, input.direction);
  const now = deps.clock();
  const record = { incident: dossier.incident, trace: dossier.trace };
  const preflightInput = { execution, dossier, digest: input.report };
  const preflight = input.direction === 'do' ? await checkPreflight(deps, preflightInput, record) : undefined;
  const toUndo = input.direction === 'undo' ? await executionToUndo(deps.ledger, input.dossier) : undefined;
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
  // The execution id contains only a part of a digest, so two dossiers can have the same execution id. The approvals of
  // one dossier must not execute the other dossier.
  if (earlier.dossier !== input.dossier)
    throw refused(
      'execution-conflict',
      `${execution} is the execution of another dossier, so the incident needs a new plan and a new dossier`,
    );
  if (earlier.result) return earlier.result;
  const { incident, direction } = input;
  // If `startedAt` is set, the checks judge expiry at this time, not at `now`.
  const startedAt = (toUndo ?? (earlier.receipts.length > 0 ? earlier : undefined))?.startedAt;
  const undoDelaySeconds = toUndo && undoDelayOf(toUndo, { undo: earlier, now });
  const context: ExecutionContext = {
    incident,
    digest: input.dossier,
    dossier,
    direction,
    now,
    preflight,
    startedAt,
    undoDelaySeconds,
  };
  const reasons = await recheck(context, deps);
  const result =
    reasons.length > 0 ? await stoppedResult(lock, reasons) : await runSteps(deps, { context, lock, toUndo });
  // Without `await`, the lock would be released before `finish` has ended.
  return await finish(deps, lock, result);
}

/** Admits the preflight report. A refusal is recorded in the journal, because the report may be forged. */
async function checkPreflight(deps: ExecuteDeps, input: PreflightInput, record: RecordContext): Promise<SignedReport> {
  try {
    return await admitPreflight(deps, input);
  } catch (error) {
    if (!(error instanceof AirlockError) || error.next === 'retry') throw error;
    const body = { execution: input.execution, report: input.digest ?? null, code: error.code };
    await appendRecord(deps.journal, 'execution.refused', record, { message: error.message, body });
    throw error;
  }
}
