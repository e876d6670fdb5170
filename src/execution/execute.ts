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
 * same input.
 */
export async function execute(deps: ExecuteDeps, input: ExecuteInput): Promise<ExecutionResult> {
  const dossier = await loadDossier(deps.blobs, input.dossier);
  const execution = executionId(input.dossier, input.direction);
  const now = deps.clock();
  const recordContext = { incident: dossier.incident, trace: dossier.trace };
  const preflightInput = { execution, dossier, reportDigest: input.report };
  const preflight = input.direction === 'do' ? await checkPreflight(deps, preflightInput, recordContext) : undefined;
  const toUndo = input.direction === 'undo' ? await executionToUndo(deps.ledger, input.dossier) : undefined;
  await using lock = await deps.ledger.acquire({
    id: execution,
    dossier: input.dossier,
    direction: input.direction,
    ...recordContext,
    cluster: dossier.plan.cluster,
    startedAt: now.toISOString(),
  });
  await revokeLeftovers(deps, lock);
  const earlier = await lock.record();
  // The execution id contains only a part of the dossier's digest. So two dossiers could have the same execution id.
  if (earlier.dossier !== input.dossier)
    throw refused(
      'execution-conflict',
      `another dossier already has the execution id ${execution}, so the incident needs a new dossier`,
    );
  if (earlier.result) return earlier.result;
  const { incident, direction } = input;
  const startedAt = (toUndo ?? (earlier.receipts.length > 0 ? earlier : undefined))?.startedAt;
  const undoDelay = toUndo && undoDelayOf(toUndo, { undo: earlier, now });
  const context: ExecutionContext = {
    incident,
    digest: input.dossier,
    dossier,
    direction,
    now,
    preflight,
    startedAt,
    undoDelay,
  };
  const reasons = await recheck(context, deps);
  const result =
    reasons.length > 0 ? await stoppedResult(lock, reasons) : await runSteps(deps, { context, lock, toUndo });
  // Without `await`, the lock would be released before `finish` has ended.
  return await finish(deps, lock, result);
}

/** Admits the preflight report. Records a refusal in the journal, because the report may be forged. */
async function checkPreflight(
  deps: ExecuteDeps,
  input: PreflightInput,
  recordContext: RecordContext,
): Promise<SignedReport> {
  try {
    return await admitPreflight(deps, input);
  } catch (error) {
    if (!(error instanceof AirlockError) || error.next === 'retry') throw error;
    const body = { execution: input.execution, report: input.reportDigest ?? null, code: error.code };
    await appendRecord(deps.journal, 'execution.refused', recordContext, { message: error.message, body });
    throw error;
  }
}
