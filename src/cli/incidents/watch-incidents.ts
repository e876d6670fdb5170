import type { JournalRecord } from '../../domain/journal/journal.ts';
import { AirlockError } from '../../lib/error.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import { jittered } from '../../platform/jittered.ts';
import { pause } from '../../platform/pause.ts';
import type { ApiClient } from '../api/api-client.ts';
import { asciiJson, type Output } from '../render/output.ts';
import { renderRecord } from '../render/record.ts';

interface WatchInput {
  incident?: string | undefined;
  /** The watch begins after the record with this sequence number; without it, with the next new record. */
  after?: string | undefined;
  /** Ends the watch. */
  signal: AbortSignal;
  output: Output;
  /** Prints a line on standard error. */
  err: (line: string) => void;
}

const shortestPauseMs = 250;
const longestPauseMs = 5_000;
/** Random part of each pause, so that clients of the same server do not all reconnect at once. */
const jitter = 0.2;
/**
 * The watch closes a connection on which no data arrives for this long. `airlock serve` sends a heartbeat more often
 * (`events.heartbeatSeconds` in its configuration).
 */
const silentMs = 60_000;

/** State of a watch across its connections. */
interface Progress {
  /** Id of the last event: the sequence number of the record after which to continue. At first, what the user gave. */
  after: string | undefined;
  /** True if at least one connection has delivered something. */
  connectedOnce: boolean;
  /** True from the moment when a connection breaks until a later connection delivers something. */
  lost: boolean;
  pauseMs: number;
}

/**
 * `airlock incidents watch`: prints each record when it is appended, until `signal` aborts. In format `json` each
 * record is one document on one line. If the connection breaks, the watch says this on standard error, connects again,
 * and continues after the last record. No record is omitted or printed twice.
 * @throws AirlockError if the first connection fails, or if a later connection fails for a reason that a retry cannot
 * solve.
 */
export async function watchIncidents(client: Pick<ApiClient, 'events'>, input: WatchInput): Promise<void> {
  const { signal, err } = input;
  const progress: Progress = { after: input.after, connectedOnce: false, lost: false, pauseMs: shortestPauseMs };
  while (!signal.aborted) {
    const problem = await follow(client, input, progress);
    if (signal.aborted) return;
    // `next` says what the caller should do after an error: `retry`, `ask` a person, or `stop`.
    const canReconnect = problem.next === 'retry' && progress.connectedOnce;
    if (!canReconnect) throw problem;
    if (!progress.lost) err(`connection lost, trying again: ${escapeForTerminal(problem.message)}`);
    progress.lost = true;
    await pause(jittered(progress.pauseMs, jitter), signal);
    progress.pauseMs = Math.min(progress.pauseMs * 2, longestPauseMs);
  }
}

/** Opens one connection and prints its records until the connection ends. @returns why the connection ended. */
async function follow(client: Pick<ApiClient, 'events'>, input: WatchInput, progress: Progress): Promise<AirlockError> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), silentMs);
  const signal = AbortSignal.any([input.signal, silence.signal]);
  try {
    const events = await client.events({ incident: input.incident, after: progress.after, signal });
    for await (const { id, data } of events) {
      timer.refresh();
      connected(progress, input.err);
      if (data) printRecord(input.output, JSON.parse(data) as JournalRecord);
      progress.after = id ?? progress.after;
    }
    return broken('the server closed the connection');
  } catch (error) {
    return error instanceof AirlockError ? error : broken((error as Error).message);
  } finally {
    clearTimeout(timer);
  }
}

function connected(progress: Progress, err: WatchInput['err']): void {
  if (progress.lost) err(`connected again: continuing after record ${escapeForTerminal(progress.after ?? '')}`);
  Object.assign(progress, { lost: false, connectedOnce: true, pauseMs: shortestPauseMs });
}

function broken(why: string): AirlockError {
  return new AirlockError({
    code: 'api-unavailable',
    message: `the event stream ended (${why}): see the log of airlock serve`,
  });
}

function printRecord({ format, terminal, write }: Output, record: JournalRecord): void {
  const before = format === 'wide' ? [record.incident, record.trace] : [record.incident];
  const lines = format === 'json' ? [asciiJson(record)] : renderRecord(record, terminal, before);
  for (const line of lines) write(`${line}\n`);
}
