import { AirlockError } from '../../lib/error.ts';
import type { HttpAnswer } from '../../platform/http/http-answer.ts';
import { HttpFailure } from '../../platform/http/http-failure.ts';
import { retry } from '../../platform/retry.ts';
import type { Connection } from './connection.ts';
import { refusal } from './refusal.ts';

/** One request to the API server. */
interface ApiRequest {
  method: 'GET' | 'PATCH';
  /** Path and query, beginning with `/`. */
  path: string;
  /** Names the requested object or list, for error messages. */
  description: string;
  /** A JSON patch, only with PATCH. */
  body?: unknown;
}

/** Sends one request and returns the JSON of the answer unchanged. */
export type Send = (request: ApiRequest) => Promise<any>;

/** Largest number of attempts of a read (GET), including the first. A write is never repeated here. */
const readTries = 3;
/** A read is repeated only if the server asks for a pause of at most this length. */
const longestPauseSeconds = 5;

/**
 * Returns a function that sends requests over one connection. The function throws the errors that `KubernetesApi`
 * documents. `kubernetes-unreachable` means that there is no complete answer, or that the answer is not JSON.
 * @param url address of the API server, for error messages.
 */
export function createSend(connection: Connection, url: string): Send {
  const { host } = new URL(url);
  return (request) => {
    const tries = request.method === 'GET' ? readTries : 1;
    return retry({ tries, pauseMs: pauseAfter, jitter: 0.2 }, async () => {
      const answer = await exchange(request, host, connection);
      const { status, headers } = answer;
      if (status < 300) return parse(answer, request);
      throw refusal({ status, headers, text: answer.text() }, request.description);
    });
  };
}

/**
 * Returns the pause before the next attempt, milliseconds. The server asks for a pause with 429 or 503 and a
 * Retry-After header. Returns undefined if there must be no further attempt.
 */
function pauseAfter(error: unknown): number | undefined {
  if (!(error instanceof AirlockError)) return undefined;
  const { status, retryAfterSeconds: seconds } = error.details;
  const isBusy = status === 429 || status === 503;
  return isBusy && typeof seconds === 'number' && seconds <= longestPauseSeconds ? seconds * 1000 : undefined;
}

async function exchange(request: ApiRequest, host: string, connection: Connection): Promise<HttpAnswer> {
  const { method, path, description, body } = request;
  const headers = { accept: 'application/json', 'user-agent': 'airlock' };
  const patchHeaders = { ...headers, 'content-type': 'application/json-patch+json' };
  try {
    return await connection.request({ method, path, headers: body === undefined ? headers : patchHeaders, json: body });
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    throw new AirlockError({
      code: 'kubernetes-unreachable',
      message:
        `${method} ${description}: the API server at ${host} gave no complete answer (${error.problem}); ` +
        advice(request),
      details: { server: host },
    });
  }
}

function advice({ method }: ApiRequest): string {
  return method === 'GET' ? 'try again' : 'the write may have happened: read the object before you write again';
}

function parse(answer: HttpAnswer, { method, description }: ApiRequest): unknown {
  try {
    return answer.json();
  } catch {
    throw new AirlockError({
      code: 'kubernetes-unreachable',
      message: `${method} ${description}: the answer is not JSON; check that the address belongs to an API server`,
    });
  }
}
