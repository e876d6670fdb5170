import type { JournalRecord } from '../../domain/journal/journal.ts';
import { AirlockError } from '../../lib/error.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import { HttpFailure } from '../../platform/http/http-failure.ts';
import { jittered } from '../../platform/jittered.ts';
import { pause } from '../../platform/pause.ts';
import type { ApiClient } from '../api/api-client.ts';
import { asciiJson, type Output } from '../render/output.ts';
import { renderRecord } from '../render/record.ts';

interface WatchInput {
  /** If set, the watch prints only the records of this incident. */
  incident?: string | undefined;
  /** Sequence number. The watch begins after this record. By default the watch begins with the next new record. */
  after?: string | undefined;
  /** The watch ends when this signal is aborted. */
  signal: AbortSignal;
  output: Output;
  /** Prints a line on standard error. */
  err: (line: string) => void;
}

const shortestPauseMs = 250;
const longestPauseMs = 5_000;
/** Each pause is lengthened at random by up to this fraction, so clients do not all reconnect at the same time. */
const jitterFraction = 0.2;
/**
 * The watch closes a connection on which no event arrives for this long. `airlock serve` sends a heartbeat when it
 * has sent nothing for some time, by default 15 s (`events.heartbeatSeconds` in its configuration).
 */
const silenceLimitMs = 60_000;

/** The state of a watch. All connections of the watch share this state. */
interface WatchState {
  /** The next connection begins after the record with this sequence number. At first this is `after` of the input. */
  after: string | undefined;
  /** True if at least one connection has delivered an event. A heartbeat is an event without data. */
  connectedOnce: boolean;
  /** True from the moment when a connection breaks until a later connection delivers an event. */
  lost: boolean;
  /** Pause before the next connection, without the random part. */
  pauseMs: number;
}

/**
 * `airlock incidents watch`: prints each new record when it is appended, until `signal` is aborted. If the user gave a
 * sequence number, the records after this number are printed first. In format `json` each record is one document on one
 * line. If the connection breaks, the watch reports the problem on standard error, connects again, and continues. No
 * record is missing, and no record is printed twice.
 * @throws AirlockError if the first connection fails before its first event, or if a connection fails with
 * an error whose `next` is not `retry`.
 */
export async function watchIncidents(client: Pick<ApiClient, 'events'>, input: WatchInput): Promise<void> {
  const { signal, err } = input;
  const state: WatchState = { after: input.after, connectedOnce: false, lost: false, pauseMs: shortestPauseMs };
  while (!signal.aborted) {
    const problem = await printUntilEnd(client, input, state);
    if (signal.aborted) return;
    // `next` says what to do after the error: send the same call again (`retry`), ask a person, or give up.
    const canReconnect = problem.next === 'retry' && state.connectedOnce;
    if (!canReconnect) throw problem;
    if (!state.lost) err(`connection lost, trying again: ${escapeForTerminal(problem.message)}`);
    state.lost = true;
    await pause(jittered(state.pauseMs, jitterFraction), signal);
    state.pauseMs = Math.min(state.pauseMs * 2, longestPauseMs);
  }
}

/** Opens one connection and prints its records until the connection ends. @returns why the connection ended. */
async function printUntilEnd(
  client: Pick<ApiClient, 'events'>,
  input: WatchInput,
  state: WatchState,
): Promise<AirlockError> {
  const silence = new AbortController();
  const silenceTimer = setTimeout(() => silence.abort(), silenceLimitMs);
  const signal = AbortSignal.any([input.signal, silence.signal]);
  try {
    const events = await client.events({ incident: input.incident, after: state.after, signal });
    for await (const { id, data } of events) {
      silenceTimer.refresh();
      markConnected(state, input.err);
      if (data) printRecord(input.output, JSON.parse(data) as JournalRecord);
      state.after = id ?? state.after;
    }
    return streamEnded('the server closed the connection');
  } catch (error) {
    if (error instanceof AirlockError) return error;
    if (silence.signal.aborted) return streamEnded(`no data for ${silenceLimitMs / 1000} s`);
    return streamEnded(error instanceof HttpFailure ? error.problem : (error as Error).message);
  } finally {
    clearTimeout(silenceTimer);
  }
}

function markConnected(state: WatchState, err: WatchInput['err']): void {
  if (state.lost) err(`connected again: continuing after record ${escapeForTerminal(state.after ?? '')}`);
  Object.assign(state, { lost: false, connectedOnce: true, pauseMs: shortestPauseMs });
}

function streamEnded(why: string): AirlockError {
  return new AirlockError({
    code: 'api-unavailable',
    message: `the event stream ended (${why}): see the log of airlock serve`,
  });
}

function printRecord({ format, terminal, write }: Output, record: JournalRecord): void {
  const leadingCells = format === 'wide' ? [record.incident, record.trace] : [record.incident];
  const lines = format === 'json' ? [asciiJson(record)] : renderRecord(record, terminal, leadingCells);
  for (const line of lines) write(`${line}\n`);
}
