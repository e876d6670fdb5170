import type { JournalEntry, RecordKind } from '../domain/journal/journal.ts';
import type { Json } from '../lib/json.ts';
import type { Journal } from '../domain/ports.ts';

/** Which incident a record belongs to, and the trace that ties it to everything else. */
export interface Subject {
  incident: string;
  trace: string;
}

/** What is written down: `fact` is the one sentence that matters. */
export interface Note {
  fact: string;
  body: { [key: string]: Json };
}

/** Appends one record about a subject. Callers act only after it has returned: no append, no action. */
export function note(journal: Journal, kind: RecordKind, { incident, trace }: Subject, about: Note): Promise<void> {
  const entry: JournalEntry = { kind, incident, trace, fact: about.fact, body: about.body };
  return journal.append(entry);
}
