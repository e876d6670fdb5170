import type { Dispatcher, Pool } from 'undici';
import { NotConnected, problemOf } from './connection-pool.ts';
import { httpAnswer, type HttpAnswer, type HttpHeaders } from './http-answer.ts';
import { HttpFailure, type HttpFailureReason } from './http-failure.ts';

/** Deadlines of one request, milliseconds. */
export interface HttpDeadlines {
  /** Longest time from the call to the end of the answer's headers. The wait for a connection is part of this time. */
  headersMs: number;
  /** Longest pause between two pieces of a body. */
  bodyMs: number;
  /** Longest time from the call to the end of the body. */
  totalMs: number;
}

/** One request to the server of a client. */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, beginning with `/`. */
  path: string;
  /** The names are in lower case. */
  headers?: Record<string, string>;
  /** Value that is sent as JSON. The content type is `application/json`, unless `headers` has another content type. */
  json?: unknown;
  /** Body that is sent unchanged, in place of `json`. */
  body?: string;
  /** Aborts the request at any time: before it is sent, before the answer, or while the body is read. */
  signal?: AbortSignal | undefined;
}

/** The values that all exchanges with one server share. */
interface ExchangeDeps {
  pool: Pool;
  /** Only for the messages of errors. */
  origin: string;
  deadlines: HttpDeadlines;
  /** Largest body that `read` accepts, bytes. */
  maxBytes: number;
}

/** An answer whose headers have arrived. Its body has not been read yet. */
export interface Exchange {
  status: number;
  headers: HttpHeaders;
  /**
   * The pieces of the body as they arrive, without deadline or size limit. Leaving the loop early closes the
   * connection.
   */
  chunks: AsyncIterable<Uint8Array>;
  /** Reads the whole body, within the limits `bodyMs`, `totalMs` and `maxBytes`. */
  read(): Promise<HttpAnswer>;
}

type Fail = (reason: HttpFailureReason, problem: string) => HttpFailure;

/**
 * Sends a request and waits for the headers of the answer.
 * @throws HttpFailure. The members `chunks` and `read` of the result throw it too.
 */
export async function openExchange(deps: ExchangeDeps, request: HttpRequest): Promise<Exchange> {
  const { deadlines, origin } = deps;
  const named = { method: request.method, origin, path: request.path };
  const fail: Fail = (reason, problem) => new HttpFailure(named, reason, problem);
  const startedAt = performance.now();
  const guard = createGuard(fail, request.signal);
  const { statusCode: status, headers, body } = await sendGuarded(deps, request, guard, fail);
  body.once('close', () => guard[Symbol.dispose]());
  // Without a listener, an error of the body would end the process. A later reader of the body still gets the error.
  body.on('error', () => undefined);
  return {
    status,
    headers,
    chunks: chunksOf(body, fail),
    async read() {
      const remaining = deadlines.totalMs - (performance.now() - startedAt);
      guard.limit(remaining, `no complete answer within ${seconds(deadlines.totalMs)}`);
      const pauseLimit = guard.limit(deadlines.bodyMs, `the body paused for ${seconds(deadlines.bodyMs)}`);
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of chunksOf(body, fail)) {
        pauseLimit.restart();
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
  const headersLimit = guard.limit(headersMs, `no answer within ${seconds(headersMs)}`);
  try {
    if (signal?.aborted) throw fail('aborted', 'the caller aborted the request before it was sent');
    return await pool.request({ method, path, ...encoded(content), signal: guard.signal });
  } catch (error) {
    guard[Symbol.dispose]();
    throw failureOf(error, fail);
  } finally {
    headersLimit.stop();
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
  if (error instanceof HttpFailure) return error; // a deadline passed, or the caller aborted
  if (error instanceof NotConnected) return fail('unreachable', error.message);
  const closed = ['UND_ERR_DESTROYED', 'UND_ERR_CLOSED'].includes((error as { code?: string }).code ?? '');
  return closed ? fail('aborted', 'the client is closed') : fail('protocol', problemOf(error));
}

/** Ends an exchange at a deadline, or when the caller aborts the exchange. A disposed guard no longer ends anything. */
interface Guard extends Disposable {
  /** Aborts when the exchange must end. */
  signal: AbortSignal;
  /** Starts a timer of `ms` milliseconds. When the timer expires, the exchange ends with this problem. */
  limit(ms: number, problem: string): Limit;
}

/** A timer of a guard. */
interface Limit {
  /** Starts the timer again, with its full time. */
  restart(): void;
  stop(): void;
}

function createGuard(fail: Fail, callerSignal: AbortSignal | undefined): Guard {
  const controller = new AbortController();
  const cleanup = new DisposableStack();
  const onCallerAbort = (): void => controller.abort(fail('aborted', 'the caller aborted the request'));
  callerSignal?.addEventListener('abort', onCallerAbort);
  cleanup.defer(() => callerSignal?.removeEventListener('abort', onCallerAbort));
  return {
    signal: controller.signal,
    limit(ms, problem) {
      const timer = setTimeout(() => controller.abort(fail('deadline', problem)), Math.max(0, ms));
      const stop = (): void => clearTimeout(timer);
      if (cleanup.disposed) stop();
      else cleanup.defer(stop);
      const restart = (): void => {
        if (!cleanup.disposed) timer.refresh();
      };
      return { stop, restart };
    },
    [Symbol.dispose]: () => cleanup.dispose(),
  };
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}
