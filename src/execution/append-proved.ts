import type { JournalRecord, RecordKind } from '../domain/journal/journal.ts';
import type { Journal } from '../domain/journal/ports.ts';
import { refused } from '../lib/error.ts';
import { sameJson } from '../lib/json/json.ts';
import { appendRecord, type RecordContent, type RecordContext } from './append-record.ts';

/** What `appendProved` needs from outside. */
export interface ProvedDeps {
  journal: Journal;
  /** Returns the journal's records of an incident, in order, after they were compared with the signed checkpoint. */
  recordsOf: (incident: string) => Promise<JournalRecord[]>;
}

/**
 * Appends a record of the gateway, and checks that the signed journal now contains it. A superuser of the database can
 * replace the function `journal_append` by one that drops records. Nobody could then notice that a row of the ledger was
 * deleted, and the gateway would execute an approved dossier again.
 * @throws AirlockError `ledger-corrupt` (stop) if the signed journal does not contain the record; the errors of the
 * journal.
 */
export async function appendProved(
  { journal, recordsOf }: ProvedDeps,
  kind: RecordKind,
  context: RecordContext,
  content: RecordContent,
): Promise<void> {
  await appendRecord(journal, kind, context, content);
  const records = await recordsOf(context.incident);
  const isAppended = records.some(
    (record) => record.kind === kind && record.writer === 'airlock_gateway' && sameJson(record.body, content.body),
  );
  if (isAppended) return;
  throw refused(
    'ledger-corrupt',
    `the database confirmed a record of the ledger (${kind}), but the journal does not contain it: keep a copy of the database, and find out who changed the table journal or the function journal_append`,
  );
}
