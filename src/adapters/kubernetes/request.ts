import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { AirlockError } from '../../lib/error.ts';
import { visible } from '../../lib/escape-for-terminal.ts';
import type { Connection } from './connection.ts';
import { refusal, retryAfterSeconds } from './refusal.ts';

/** One call to the API server. */
export interface Call {
  method: 'GET' | 'PATCH';
  /** Path and query, beginning with `/`. */
  path: string;
  /** What is read or written, for the error's sentence. */
  subject: string;
  /** A JSON patch. */
  body?: unknown;
}

/** Sends one call and gives the answer's JSON exactly as it came. */
export type Send = (call: Call) => Promise<any>;

/** From the first byte sent to the last byte read. The API server itself gives up after 60 s. */
const defaultDeadlineMs = 30_000;
/** No list page comes near this; a server that sends more is broken or hostile. */
const maxBytes = 128 * 1024 * 1024;
/** A read that the server told to come back soon is tried again here; everything else is the caller's decision. */
const readRetries = { times: 2, longestSeconds: 5 };

/**
 * Sends calls over one connection, each with a deadline.
 * @throws AirlockError as `KubernetesApi` documents it; `kubernetes-unreachable` where no whole answer came.
 */
export function createSend(connection: Connection, url: string, deadlineMs = defaultDeadlineMs): Send {
  const base = new URL(url);
  return async (call) => {
    for (let attempt = 0; ; attempt += 1) {
      const answer = await exchange(call, base, await connection.options(), deadlineMs);
      if (answer.status < 300) return parse(answer.text, call);
      const seconds = retryAfterSeconds(answer);
      const again =
        call.method === 'GET' && attempt < readRetries.times && (answer.status === 429 || answer.status === 503);
      if (!again || seconds === undefined || seconds > readRetries.longestSeconds) throw refusal(answer, call.subject);
      await sleep(seconds * 1000);
    }
  };
}

/** What came back, before it is judged. */
export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
}

async function exchange(call: Call, base: URL, options: RequestOptions, deadlineMs: number): Promise<Answer> {
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    return await send(call, new URL(call.path, base), { ...options, signal });
  } catch (cause) {
    const why = signal.aborted
      ? `no whole answer within ${deadlineMs / 1000} s`
      : visible((cause as Error).message.slice(0, 200));
    throw new AirlockError({
      code: 'kubernetes-unreachable',
      message: `${call.method} ${call.subject}: the API server at ${base.host} gave no answer (${why}); ${advice(call)}`,
      next: 'retry',
      details: { server: base.host },
    });
  }
}

function advice({ method }: Call): string {
  return method === 'GET' ? 'try again' : 'the write may have happened: read before writing again';
}

function send({ method, body }: Call, url: URL, options: RequestOptions): Promise<Answer> {
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    ...(options.headers as Record<string, string>),
    accept: 'application/json',
    'user-agent': 'airlock',
    ...(payload ? { 'content-type': 'application/json-patch+json', 'content-length': Buffer.byteLength(payload) } : {}),
  };
  return new Promise((resolve, reject) => {
    const request = httpsRequest(url, { ...options, method, headers }, (response) => {
      readAll(response).then(
        (text) => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        reject,
      );
    });
    request.on('error', reject);
    request.end(payload);
  });
}

async function readAll(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new Error(`the answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string, { method, subject }: Call): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AirlockError({
      code: 'kubernetes-unreachable',
      message: `${method} ${subject}: the answer is not JSON; check that the address is an API server's`,
      next: 'retry',
    });
  }
}
