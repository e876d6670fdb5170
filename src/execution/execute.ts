import type { Digest } from '../lib/digest.ts';
import { AirlockError, refused } from '../lib/error.ts';
import type { Direction, ExecutionResult } from '../domain/execution/execution.ts';
import type { Incident } from '../domain/incident/incident.ts';
import { executionId } from '../domain/names.ts';
import type { SignedReport } from '../domain/rehearsal/report.ts';
import { admitDoor, type AtTheDoor, type DoorDeps } from './checks/preflight.ts';
import type { Facts } from './checks/facts.ts';
import { loadDossier } from './checks/load.ts';
import { note, type Subject } from './append-record.ts';
import { finish, stopped } from './outcome.ts';
import type { Ledger } from './ports.ts';
import { recheck, type RecheckDeps } from './checks/recheck.ts';
import { runSteps, type RunDeps } from './run-steps.ts';
import { revokeLeftovers } from './sweep.ts';
import { executedFor, undoable } from './checks/undoable.ts';

export interface ExecuteDeps extends RecheckDeps, DoorDeps, RunDeps {
  ledger: Ledger;
}

/** What is asked: one direction of one dossier, with the rehearsal at the door where it is `do`. */
export interface ExecuteInput {
  incident: Incident;
  dossier: Digest;
  direction: Direction;
  report?: Digest;
}

/**
 * One execution, whatever happened in earlier attempts: its effects happen at most once, and its credential is gone
 * before the result is written. Finished before: the ledger's answer again.
 * @throws AirlockError with `next: 'retry'` when the same call should be made again (another attempt acts, no answer
 * from a server); with `stop` when what was asked can never be executed. Neither spoils the execution.
 */
export async function execute(deps: ExecuteDeps, input: ExecuteInput): Promise<ExecutionResult> {
  const dossier = await loadDossier(deps.blobs, input.dossier);
  const execution = executionId(input.dossier, input.direction);
  const now = deps.clock();
  const subject = { incident: dossier.incident, trace: dossier.trace };
  const at = { execution, dossier, digest: input.report };
  const door = input.direction === 'do' ? await atTheDoor(deps, at, subject) : undefined;
  const before = input.direction === 'undo' ? await undoable(deps.ledger, input.dossier) : undefined;
  await using claim = await deps.ledger.claim({
    id: execution,
    dossier: input.dossier,
    direction: input.direction,
    ...subject,
    cluster: dossier.plan.cluster,
    startedAt: now.toISOString(),
  });
  await revokeLeftovers(deps, claim);
  const record = await claim.record();
  // Ids are short; what was signed is the whole digest.
  if (record.dossier !== input.dossier)
    throw refused('execution-taken', `${execution} is of another dossier: plan again`);
  if (record.result) return record.result;
  const { incident, direction } = input;
  const begun = (before ?? (record.receipts.length > 0 ? record : undefined))?.startedAt;
  const executedSeconds = before && executedFor(before, { undo: record, now });
  const facts: Facts = { incident, digest: input.dossier, dossier, direction, now, door, begun, executedSeconds };
  const reasons = await recheck(facts, deps);
  const result = reasons.length > 0 ? await stopped(claim, reasons) : await runSteps(deps, { facts, claim, before });
  // Awaited here: the claim ends with this block.
  return await finish(deps, claim, result);
}

/** A report that is refused at the door is written down: somebody may be forging. */
async function atTheDoor(deps: ExecuteDeps, at: AtTheDoor, subject: Subject): Promise<SignedReport> {
  try {
    return await admitDoor(deps, at);
  } catch (error) {
    if (!(error instanceof AirlockError) || error.next === 'retry') throw error;
    const body = { execution: at.execution, report: at.digest ?? null, code: error.code };
    await note(deps.journal, 'execution.refused', subject, { fact: error.message, body });
    throw error;
  }
}
