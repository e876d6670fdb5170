import { setTimeout as sleep } from 'node:timers/promises';
import { AirlockError } from '../lib/error.ts';
import type { JournalRecord } from '../domain/journal/journal.ts';
import { visible } from '../lib/escape-for-terminal.ts';
import type { ApiClient } from './api-client.ts';
import { renderRecord } from './journal.ts';

export interface WatchInput {
  incident?: string | undefined;
  /** Sequence number after which to begin; what comes next where left out. */
  after?: string | undefined;
  /** Ends the watch. */
  signal: AbortSignal;
  /** Takes a line of standard output, or of standard error. */
  out: (line: string) => void;
  err: (line: string) => void;
}

const shortestPauseMs = 250;
const longestPauseMs = 5_000;
/** Longer than the server is ever silent (`events.heartbeatSeconds`): a connection that died unnoticed is given up. */
const silentMs = 60_000;

/**
 * `airlock incidents watch`: one line per record as it comes, until `signal`. Where the connection breaks, or `airlock
 * serve` restarts, it says so and goes on after the last record: none is missing and none is told twice.
 * @throws AirlockError where the first connection fails, or the API refuses.
 */
export async function watchIncidents(client: Pick<ApiClient, 'events'>, input: WatchInput): Promise<void> {
  const { signal, err } = input;
  const seen = { after: input.after };
  let [lost, before] = [false, false];
  for (let pauseMs = shortestPauseMs; !signal.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const problem = await follow(client, { ...input, seen, connected });
    if (signal.aborted) return;
    if (problem.next !== 'retry' || !before) throw problem;
    if (!lost) err(`the connection is lost (${visible(problem.message)}); trying again`);
    lost = true;
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined); // only by the signal, which the loop sees

    function connected(): void {
      if (lost) err(`connected again: going on after record ${visible(seen.after ?? '')}`);
      [lost, before] = [false, true];
      pauseMs = shortestPauseMs;
    }
  }
}

interface Follow extends WatchInput {
  seen: { after: string | undefined };
  connected: () => void;
}

/** One connection, to its end. @returns why it ended. */
async function follow(client: Pick<ApiClient, 'events'>, at: Follow): Promise<AirlockError> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), silentMs);
  const signal = AbortSignal.any([at.signal, silence.signal]);
  try {
    const events = await client.events({ incident: at.incident, after: at.seen.after, signal });
    for await (const { id, data } of events) {
      timer.refresh();
      at.connected();
      if (data) at.out(renderWatched(JSON.parse(data) as JournalRecord));
      at.seen.after = id ?? at.seen.after;
    }
    return broken('the server ended it');
  } catch (error) {
    return error instanceof AirlockError ? error : broken((error as Error).message);
  } finally {
    clearTimeout(timer);
  }
}

function broken(why: string): AirlockError {
  return new AirlockError({ code: 'api-unavailable', message: why, next: 'retry' });
}

function renderWatched(record: JournalRecord): string {
  return `${visible(record.incident)}  ${renderRecord(record)}`;
}
