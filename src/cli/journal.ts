import type { JournalRecord } from '../domain/journal/journal.ts';
import { visible } from '../lib/escape-for-terminal.ts';
import type { ApiClient } from './api-client.ts';

/** `airlock journal show <incident>`: every record, in order, one line each. */
export async function showJournal(
  client: Pick<ApiClient, 'journal'>,
  incident: string,
  write: (text: string) => void = (text) => void process.stdout.write(text),
): Promise<void> {
  for (const record of await client.journal(incident)) write(`${renderRecord(record)}\n`);
}

/** One record on one line: sequence, instant, writer, kind, the fact. */
export function renderRecord({ seq, at, process: writer, kind, fact }: JournalRecord): string {
  const who = visible(writer.replace(/^airlock_/, ''));
  return [String(seq).padStart(5), visible(at), who.padEnd(7), visible(kind).padEnd(19), visible(fact)].join('  ');
}
