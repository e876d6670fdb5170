import type { NewRecord, RecordKind } from '../domain/journal/journal.ts';
import type { Json } from '../lib/json/json.ts';
import type { Refusal } from '../domain/approval/sign-in.ts';
import type { Journal } from '../domain/journal/ports.ts';

/** The incident and the trace of a record. */
export interface RecordContext {
  /** Id of the incident. */
  incident: string;
  /** Id of the trace. */
  trace: string;
}

/** The content of a record. */
export interface RecordContent {
  /** One sentence for people. */
  message: string;
  /** Data for programs. */
  body: { [key: string]: Json };
}

/** Returns the members of a record's body that say why the gateway refused a decision, edit or request. */
export function causeOf({ refused, code }: Refusal): { [key: string]: Json } {
  return code ? { why: refused, code } : { why: refused };
}

/**
 * Appends one record to the journal. A caller that is about to change a target must first await this call. So the
 * journal has a record of every change.
 */
export function appendRecord(
  journal: Journal,
  kind: RecordKind,
  { incident, trace }: RecordContext,
  { message, body }: RecordContent,
): Promise<void> {
  const entry: NewRecord = { kind, incident, trace, message, body };
  return journal.append(entry);
}
