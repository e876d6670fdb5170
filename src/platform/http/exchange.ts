import type { Dispatcher, Pool } from 'undici';
import { NotConnected, problemOf } from './connection-pool.ts';
import { httpAnswer, type HttpAnswer, type HttpHeaders } from './http-answer.ts';
import { HttpFailure, type HttpFailureReason } from './http-failure.ts';

/** Bounds of one request, milliseconds. */
export interface HttpDeadlines {
  /** From the call to the end of the headers; waiting for a connection counts. */
  headersMs: number;
  /** Longest silence between two pieces of a body. */
  bodyMs: number;
  /** From the call to the end of the body. */
  totalMs: number;
}

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, beginning with `/`. */
  path: string;
  /** Names in lower case. */
  headers?: Record<string, string>;
  /** Sent as JSON, as `application/json` unless the headers name another type. */
  json?: unknown;
  /** Sent as it is, in place of `json`. */
  body?: string;
  /** Gives the request up, at whatever point it is. */
  signal?: AbortSignal | undefined;
}

/** What an exchange works with. */
interface ExchangeDeps {
  pool: Pool;
  /** For errors. */
  origin: string;
  deadlines: HttpDeadlines;
  /** Most bytes of a body that is read as a whole. */
  maxBytes: number;
}

/** An answer whose headers have arrived and whose body is still to be read. */
export interface Exchange {
  status: number;
  headers: HttpHeaders;
  /** The body as it arrives, without a deadline and of any size. Leaving the loop ends the connection. */
  chunks: AsyncIterable<Uint8Array>;
  /** The whole body, under `bodyMs`, `totalMs` (from the call on) and `maxBytes`. */
  read(): Promise<HttpAnswer>;
}

type Fail = (reason: HttpFailureReason, problem: string) => HttpFailure;

/**
 * Sends a request and waits for the headers of its answer.
 * @throws HttpFailure, as do both ways of reading the body.
 */
export async function openExchange(deps: ExchangeDeps, request: HttpRequest): Promise<Exchange> {
  const { deadlines, origin } = deps;
  const named = { method: request.method, origin, path: request.path };
  const fail: Fail = (reason, problem) => new HttpFailure(named, reason, problem);
  const startedAt = performance.now();
  const guard = createGuard(fail, request.signal);
  const { statusCode: status, headers, body } = await sendGuarded(deps, request, guard, fail);
  body.once('close', () => guard[Symbol.dispose]());
  body.on('error', () => undefined); // an error that arrives before the body is read is thrown by the reader
  return {
    status,
    headers,
    chunks: chunksOf(body, fail),
    async read() {
      const left = deadlines.totalMs - (performance.now() - startedAt);
      guard.limit(left, `no whole answer within ${seconds(deadlines.totalMs)}`);
      const silence = guard.limit(deadlines.bodyMs, `the body stopped for ${seconds(deadlines.bodyMs)}`);
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of chunksOf(body, fail)) {
        silence.restart();
        size += chunk.length;
        if (size > deps.maxBytes) throw fail('too-large', `the body is larger than ${deps.maxBytes} bytes`);
        chunks.push(chunk);
      }
      return httpAnswer(named, status, headers, Buffer.concat(chunks));
    },
  };
}

async function sendGuarded(
  { pool, deadlines }: ExchangeDeps,
  { method, path, signal, ...content }: HttpRequest,
  guard: Guard,
  fail: Fail,
): Promise<Dispatcher.ResponseData> {
  const headersMs = Math.min(deadlines.headersMs, deadlines.totalMs);
  const late = guard.limit(headersMs, `no answer within ${seconds(headersMs)}`);
  try {
    if (signal?.aborted) throw fail('aborted', 'the caller gave up before it was sent');
    return await pool.request({ method, path, ...encoded(content), signal: guard.signal });
  } catch (error) {
    guard[Symbol.dispose]();
    throw failureOf(error, fail);
  } finally {
    late.stop();
  }
}

function encoded({ headers = {}, json, body }: Pick<HttpRequest, 'headers' | 'json' | 'body'>) {
  if (json === undefined) return { headers, body: body ?? null };
  return { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(json) };
}

async function* chunksOf(body: AsyncIterable<Uint8Array>, fail: Fail): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw failureOf(error, fail);
  }
}

function failureOf(error: unknown, fail: Fail): HttpFailure {
  if (error instanceof HttpFailure) return error; // of the guard
  if (error instanceof NotConnected) return fail('unreachable', error.message);
  const closed = ['UND_ERR_DESTROYED', 'UND_ERR_CLOSED'].includes((error as { code?: string }).code ?? '');
  return closed ? fail('aborted', 'the client is closed') : fail('protocol', problemOf(error));
}

/** Ends an exchange at a deadline, or when the caller gives up. Once disposed, it has no timers. */
interface Guard extends Disposable {
  signal: AbortSignal;
  limit(ms: number, problem: string): Limit;
}

interface Limit {
  restart(): void;
  stop(): void;
}

function createGuard(fail: Fail, given: AbortSignal | undefined): Guard {
  const ending = new AbortController();
  const held = new DisposableStack();
  const giveUp = (): void => ending.abort(fail('aborted', 'the caller gave up'));
  given?.addEventListener('abort', giveUp);
  held.defer(() => given?.removeEventListener('abort', giveUp));
  return {
    signal: ending.signal,
    limit(ms, problem) {
      const timer = setTimeout(() => ending.abort(fail('deadline', problem)), Math.max(0, ms));
      const stop = (): void => clearTimeout(timer);
      if (held.disposed) stop();
      else held.defer(stop);
      const restart = (): void => {
        if (!held.disposed) timer.refresh();
      };
      return { stop, restart };
    },
    [Symbol.dispose]: () => held.dispose(),
  };
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}
