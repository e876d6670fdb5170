import type { NewRecord, RecordKind } from '../domain/journal/journal.ts';
import type { Json } from '../lib/json/json.ts';
import type { Journal } from '../domain/journal/ports.ts';

/** The incident and the trace that a record belongs to. */
export interface RecordContext {
  incident: string;
  trace: string;
}

/** The content of a record. */
export interface RecordContent {
  /** One sentence for people. */
  message: string;
  /** Data for programs. */
  body: { [key: string]: Json };
}

/** Appends one record to the journal. Before a change, the caller must await this call, so no change is unrecorded. */
export function appendRecord(
  journal: Journal,
  kind: RecordKind,
  { incident, trace }: RecordContext,
  { message, body }: RecordContent,
): Promise<void> {
  const entry: NewRecord = { kind, incident, trace, message, body };
  return journal.append(entry);
}
