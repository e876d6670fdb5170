import { AirlockError } from '../../lib/error.ts';
import type { HttpAnswer } from '../../platform/http/http-answer.ts';
import { HttpFailure } from '../../platform/http/http-failure.ts';
import { retry } from '../../platform/retry.ts';
import type { Connection } from './connection.ts';
import { refusal } from './refusal.ts';

/** One call to the API server. */
interface Call {
  method: 'GET' | 'PATCH';
  /** Path and query, beginning with `/`. */
  path: string;
  /** Describes the requested object or list in error messages. */
  description: string;
  /** A JSON patch. */
  body?: unknown;
}

/** Sends one call and returns the JSON of the response unchanged. */
export type Send = (call: Call) => Promise<any>;

/**
 * Largest number of attempts of a read. A read is repeated only if the server asks for a short wait. The caller decides
 * about all other retries.
 */
const readTries = 3;
const longestPauseSeconds = 5;

/**
 * Returns a function that sends calls over one connection. The function throws the errors that `KubernetesApi`
 * documents. It throws `kubernetes-unreachable` if there is no complete response, or if the response is not JSON.
 */
export function createSend(connection: Connection, url: string): Send {
  const { host } = new URL(url);
  return (call) => {
    const tries = call.method === 'GET' ? readTries : 1;
    return retry({ tries, pauseMs: pauseAfter, jitter: 0.2 }, async () => {
      const answer = await exchange(call, host, connection);
      const { status, headers } = answer;
      if (status < 300) return parse(answer, call);
      throw refusal({ status, headers, text: answer.text() }, call.description);
    });
  };
}

/**
 * Returns the pause before the next attempt, milliseconds. Returns undefined if the server did not ask for a short
 * pause: then the call is not repeated.
 */
function pauseAfter(error: unknown): number | undefined {
  if (!(error instanceof AirlockError)) return undefined;
  const { status, retryAfterSeconds: seconds } = error.details;
  const isBusy = status === 429 || status === 503;
  return isBusy && typeof seconds === 'number' && seconds <= longestPauseSeconds ? seconds * 1000 : undefined;
}

async function exchange(call: Call, host: string, connection: Connection): Promise<HttpAnswer> {
  const { method, path, description, body } = call;
  const headers = { accept: 'application/json', 'user-agent': 'airlock' };
  const patchHeaders = { ...headers, 'content-type': 'application/json-patch+json' };
  try {
    return await connection.request({ method, path, headers: body === undefined ? headers : patchHeaders, json: body });
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    throw new AirlockError({
      code: 'kubernetes-unreachable',
      message: `${method} ${description}: the API server at ${host} did not respond (${error.problem}); ${advice(call)}`,
      details: { server: host },
    });
  }
}

function advice({ method }: Call): string {
  return method === 'GET' ? 'try again' : 'the write may have happened: read before writing again';
}

function parse(answer: HttpAnswer, { method, description }: Call): unknown {
  try {
    return answer.json();
  } catch {
    throw new AirlockError({
      code: 'kubernetes-unreachable',
      message: `${method} ${description}: the response is not JSON; check that the address is that of an API server`,
    });
  }
}
