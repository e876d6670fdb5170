import { AirlockError, refused } from '../lib/error.ts';
import type { Dossier } from '../domain/approval/dossier.ts';
import type { Logger } from '../platform/logger.ts';
import { appendProved, type ProvedDeps } from './append-proved.ts';
import { appendRecord, type RecordContext } from './append-record.ts';
import { compareWithJournal, type Differences, type LedgerContent } from './checks/ledger-journal.ts';
import type { Challenges, Ledger } from './ledger-ports.ts';
import { finishedRecord, stepRecord } from './records.ts';

/** What the comparison of ledger and journal needs from outside. */
export interface ReconcileDeps extends ProvedDeps {
  ledger: Pick<Ledger, 'find'>;
  challenges: Challenges;
  log: Pick<Logger, 'error'>;
}

/** What the ledger has about an execution, and how it differs from the journal. */
type ComparedContent = LedgerContent & Differences;

/**
 * Reads what the ledger has about an execution, and compares it with the journal. Another gateway may write at the same
 * time. So the records are read before the rows: the row of each of these records was inserted before the record.
 * @throws AirlockError `ledger-corrupt` if the journal has a record whose row was deleted from the ledger.
 */
export async function readComplete(
  { ledger, challenges, recordsOf }: Pick<ReconcileDeps, 'ledger' | 'challenges' | 'recordsOf'>,
  { incident }: Pick<RecordContext, 'incident'>,
  { execution, direction }: Pick<LedgerContent, 'execution' | 'direction'>,
): Promise<ComparedContent> {
  const records = await recordsOf(incident);
  const challenge = await challenges.find(execution);
  const record = await ledger.find(execution);
  const content = { execution, direction, record, challenge };
  const differences = compareWithJournal(content, records);
  const { lostRows } = differences;
  if (lostRows.length === 0) return { ...content, ...differences };
  throw refused(
    'ledger-corrupt',
    `rows were deleted from the ledger, but the journal has their records: ${lostRows.join('; ')}. Only the gateway writes the ledger, so somebody else changed the database: keep a copy of the database, and find out who did it`,
  );
}

/**
 * Like `readComplete`. Then appends the records that an earlier call could not append, because the gateway stopped
 * after it had inserted a row. The caller must have the execution's lock.
 */
export async function reconcile(
  deps: ReconcileDeps,
  dossier: Dossier,
  of: Pick<LedgerContent, 'execution' | 'direction'>,
): Promise<LedgerContent> {
  const content = await readComplete(deps, dossier, of);
  const { execution, record, unrecordedEntries, resultUnrecorded } = content;
  for (const entry of unrecordedEntries) await appendProved(deps, ...stepRecord(dossier, execution, entry));
  if (resultUnrecorded && record?.result) await appendRecord(deps.journal, ...finishedRecord(dossier, record.result));
  return content;
}

/**
 * Calls `work`. If `work` finds a row of the ledger that the gateway did not write, or misses one, logs the attack and
 * records it in the journal. Throws every error of `work`.
 */
export async function reportingAttacks<T>(
  { journal, log }: Pick<ReconcileDeps, 'journal' | 'log'>,
  { execution, ...context }: RecordContext & { execution: string },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isAttack(error)) throw error;
    const { code, message } = error;
    logAttack(log, { execution, problem: message });
    await appendRecord(journal, 'execution.refused', context, { message, body: { execution, code } });
    throw error;
  }
}

/** Returns true for the error of a row that the gateway did not write, or of a row that was deleted. */
export function isAttack(error: unknown): error is AirlockError {
  return error instanceof AirlockError && error.code === 'ledger-corrupt';
}

/** Logs that somebody else than the gateway has changed the ledger. */
export function logAttack(log: Pick<Logger, 'error'>, about: { execution: string; problem: string }): void {
  log.error(about, 'THE LEDGER WAS CHANGED, BUT NOT BY THE GATEWAY: THE DATABASE IS UNDER ATTACK');
}
