import type { Direction, Receipt } from '../../domain/execution/execution.ts';
import type { JournalRecord, RecordKind } from '../../domain/journal/journal.ts';
import type { Json } from '../../lib/json/json.ts';
import type { Challenge, ExecutionRecord } from '../ledger-ports.ts';

/** What the ledger has about one execution. */
export interface LedgerContent {
  execution: string;
  direction: Direction;
  /** Undefined if the execution has not started. */
  record: ExecutionRecord | undefined;
  /** Undefined if the execution was not prepared. An undo is never prepared. */
  challenge: Challenge | undefined;
}

/** The differences between the ledger and the journal. */
export interface Differences {
  /** Rows of the ledger that were deleted, in words. The gateway inserts each row before it appends the row's record. */
  lostRows: string[];
  /** Entries about steps whose record is missing, because the gateway stopped between row and record. */
  unrecordedEntries: Receipt[];
  /** True if the result has no record, for the same reason. */
  resultUnrecorded: boolean;
  /** True if the challenge has no record, for the same reason. */
  challengeUnrecorded: boolean;
}

/**
 * Compares what the ledger has about an execution with what the gateway has recorded about it in the journal. A row
 * with a valid MAC proves that the gateway wrote it, but nothing in the ledger proves that no row was deleted. The
 * journal does: each row is inserted before its record is appended, so a record without its row means that the row was
 * deleted. A row without its record is what a crash leaves.
 * @param records of the execution's incident. Only the gateway's own records count.
 */
export function compareWithJournal(content: LedgerContent, records: readonly JournalRecord[]): Differences {
  const own = recordsOf(content.execution, records);
  const { record, challenge } = content;
  const entries = record?.entries ?? [];
  return {
    lostRows: [...lostRowsOfStart(content, own), ...lostRowsOfLeases(content, own), ...lostEntries(entries, own)],
    unrecordedEntries: withoutCounterpart(entries, own.filter(isAboutStep).map(entryOfRecord)),
    resultUnrecorded: record?.result !== undefined && !hasKind(own, 'execution.finished'),
    challengeUnrecorded: challenge !== undefined && !hasKind(own, 'execution.prepared'),
  };
}

/** A record that the gateway appended about an execution. */
interface OwnRecord {
  kind: RecordKind;
  body: { [key: string]: Json };
}

function recordsOf(execution: string, records: readonly JournalRecord[]): OwnRecord[] {
  return records.flatMap(({ kind, writer, body }) => {
    const isOwn = writer === 'airlock_gateway' && typeof body === 'object' && body !== null && !Array.isArray(body);
    return isOwn && body['execution'] === execution ? [{ kind, body }] : [];
  });
}

function hasKind(records: readonly OwnRecord[], ...kinds: RecordKind[]): boolean {
  return records.some(({ kind }) => kinds.includes(kind));
}

function lostRowsOfStart(content: LedgerContent, own: OwnRecord[]): string[] {
  const { execution, record } = content;
  const hasBegun = hasKind(own, 'grant.minted', 'step.intended', 'step.applied', 'execution.finished');
  return [
    ...(hasBegun && !record ? [`executions (${execution})`] : []),
    ...(hasKind(own, 'execution.finished') && !record?.result ? [`execution_results (${execution})`] : []),
    ...lostRowsOfChallenge(content, { isPrepared: hasKind(own, 'execution.prepared'), hasBegun }),
  ];
}

/** An execution begins only after a report has redeemed its challenge. An undo has no challenge. */
function lostRowsOfChallenge(
  { execution, direction, challenge }: LedgerContent,
  { isPrepared, hasBegun }: { isPrepared: boolean; hasBegun: boolean },
): string[] {
  const needsUse = hasBegun && direction === 'do';
  return [
    ...((isPrepared || needsUse) && !challenge ? [`challenges (${execution})`] : []),
    ...(needsUse && !challenge?.redeemedBy ? [`challenge_uses (${execution})`] : []),
  ];
}

function lostRowsOfLeases({ execution, record }: LedgerContent, own: OwnRecord[]): string[] {
  const accounts = record?.leases.map(({ serviceAccount }) => serviceAccount);
  return own
    .filter(({ kind, body }) => kind === 'grant.minted' && !accounts?.some((name) => name === body['serviceAccount']))
    .map(({ body }) => `execution_leases (${execution}, ${String(body['serviceAccount'])})`);
}

function lostEntries(entries: readonly Receipt[], own: OwnRecord[]): string[] {
  const lost = withoutCounterpart(own.filter(isAboutStep).map(entryOfRecord), entries);
  return lost.map(({ step, state, resourceVersion }) => `execution_steps (${step} ${state} at ${resourceVersion})`);
}

function isAboutStep({ kind }: OwnRecord): boolean {
  return kind === 'step.intended' || kind === 'step.applied';
}

type Entry = Pick<Receipt, 'step' | 'state' | 'resourceVersion'>;

function entryOfRecord({ kind, body }: OwnRecord): Entry {
  const state = kind === 'step.applied' ? 'applied' : 'intended';
  return { step: String(body['step']), state, resourceVersion: String(body['resourceVersion']) };
}

/**
 * Returns the entries of `all` to which no entry of `others` is equal. Two records can belong to one row: PostgreSQL may
 * still append the record of a gateway that has stopped, after the next attempt has appended it too.
 */
function withoutCounterpart<E extends Entry>(all: readonly E[], others: readonly Entry[]): E[] {
  const keyOf = ({ step, state, resourceVersion }: Entry): string => JSON.stringify([step, state, resourceVersion]);
  const known = new Set(others.map(keyOf));
  return all.filter((entry) => !known.has(keyOf(entry)));
}
