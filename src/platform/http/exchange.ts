import type { Dispatcher, Pool } from 'undici';
import { NotConnected, problemOf } from './connection-pool.ts';
import { httpAnswer, type HttpAnswer, type HttpHeaders } from './http-answer.ts';
import { HttpFailure, type HttpFailureReason } from './http-failure.ts';

/** Deadlines of one request, milliseconds. A request starts before it waits for a connection. */
export interface HttpDeadlines {
  /** Longest time from the start of the request to the end of the answer's headers. */
  headersMs: number;
  /** Longest wait for the next piece of the answer's body. */
  bodyMs: number;
  /** Longest time from the start of the request to the end of the answer's body. */
  totalMs: number;
}

/** One HTTP request. */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, beginning with `/`. */
  path: string;
  /** The header names must be in lower case. */
  headers?: Record<string, string>;
  /** Value that is sent as JSON. The content type is `application/json`, unless `headers` has a `content-type`. */
  json?: unknown;
  /** Body that is sent unchanged. Ignored if `json` is set. */
  body?: string;
  /** An abort of this signal ends the request at any time, even while the answer's body is read. */
  signal?: AbortSignal | undefined;
}

/** What all requests of one client share. */
interface ExchangeDeps {
  pool: Pool;
  /** Shown in error messages. */
  origin: string;
  deadlines: HttpDeadlines;
  /** Largest body that `Exchange.read` accepts, bytes. */
  maxBytes: number;
}

/** An answer whose headers have arrived. The caller reads the body with either `chunks` or `read`. */
export interface Exchange {
  status: number;
  headers: HttpHeaders;
  /** The pieces of the body. No deadline and no size limit applies. A loop that ends early closes the connection. */
  chunks: AsyncIterable<Uint8Array>;
  /** Reads the whole body, within the limits `bodyMs`, `totalMs` and `maxBytes`. */
  read(): Promise<HttpAnswer>;
}

type CreateFailure = (reason: HttpFailureReason, problem: string) => HttpFailure;

/**
 * Sends a request and waits for the headers of the answer.
 * @throws HttpFailure. `chunks` and `read` of the result also throw HttpFailure.
 */
export async function openExchange(deps: ExchangeDeps, request: HttpRequest): Promise<Exchange> {
  const { deadlines, origin } = deps;
  const summary = { method: request.method, origin, path: request.path };
  const newFailure: CreateFailure = (reason, problem) => new HttpFailure(summary, reason, problem);
  const startedAt = performance.now();
  const guard = createGuard(newFailure, request.signal);
  const { statusCode: status, headers, body } = await sendGuarded(deps, request, guard, newFailure);
  body.once('close', () => guard[Symbol.dispose]());
  // Without a listener, an error of the body would end the process. The reader of the body still gets the error.
  body.on('error', () => undefined);
  return {
    status,
    headers,
    chunks: chunksOf(body, newFailure),
    async read() {
      const remaining = deadlines.totalMs - (performance.now() - startedAt);
      guard.startTimer(remaining, `no complete answer within ${seconds(deadlines.totalMs)}`);
      const pauseTimer = guard.startTimer(deadlines.bodyMs, `the body paused for ${seconds(deadlines.bodyMs)}`);
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of chunksOf(body, newFailure)) {
        pauseTimer.restart();
        size += chunk.length;
        if (size > deps.maxBytes) throw newFailure('too-large', `the body is larger than ${deps.maxBytes} bytes`);
        chunks.push(chunk);
      }
      return httpAnswer(summary, status, headers, Buffer.concat(chunks));
    },
  };
}

async function sendGuarded(
  { pool, deadlines }: ExchangeDeps,
  { method, path, signal, ...content }: HttpRequest,
  guard: Guard,
  newFailure: CreateFailure,
): Promise<Dispatcher.ResponseData> {
  const headersMs = Math.min(deadlines.headersMs, deadlines.totalMs);
  const headersTimer = guard.startTimer(headersMs, `no answer within ${seconds(headersMs)}`);
  try {
    if (signal?.aborted) throw newFailure('aborted', 'the caller aborted the request before it was sent');
    return await pool.request({ method, path, ...encoded(content), signal: guard.signal });
  } catch (error) {
    guard[Symbol.dispose]();
    throw failureOf(error, newFailure);
  } finally {
    headersTimer.stop();
  }
}

function encoded({ headers = {}, json, body }: Pick<HttpRequest, 'headers' | 'json' | 'body'>) {
  if (json === undefined) return { headers, body: body ?? null };
  return { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(json) };
}

async function* chunksOf(body: AsyncIterable<Uint8Array>, newFailure: CreateFailure): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw failureOf(error, newFailure);
  }
}

function failureOf(error: unknown, newFailure: CreateFailure): HttpFailure {
  if (error instanceof HttpFailure) return error; // a deadline passed, or the caller aborted
  if (error instanceof NotConnected) return newFailure('unreachable', error.message);
  const closed = ['UND_ERR_DESTROYED', 'UND_ERR_CLOSED'].includes((error as { code?: string }).code ?? '');
  return closed ? newFailure('aborted', 'the client is closed') : newFailure('protocol', problemOf(error));
}

/** Ends an exchange at a deadline, or when the caller aborts the exchange. A disposed guard does nothing. */
interface Guard extends Disposable {
  /** The guard aborts this signal to end the exchange. */
  signal: AbortSignal;
  /** Starts a timer of `ms` milliseconds. When the timer expires, the exchange fails with this problem. */
  startTimer(ms: number, problem: string): GuardTimer;
}

/** A timer of a guard. */
interface GuardTimer {
  /** Starts the full time of the timer again. */
  restart(): void;
  stop(): void;
}

function createGuard(newFailure: CreateFailure, callerSignal: AbortSignal | undefined): Guard {
  const controller = new AbortController();
  const cleanup = new DisposableStack();
  const onCallerAbort = (): void => controller.abort(newFailure('aborted', 'the caller aborted the request'));
  callerSignal?.addEventListener('abort', onCallerAbort);
  cleanup.defer(() => callerSignal?.removeEventListener('abort', onCallerAbort));
  return {
    signal: controller.signal,
    startTimer(ms, problem) {
      const timer = setTimeout(() => controller.abort(newFailure('deadline', problem)), Math.max(0, ms));
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
