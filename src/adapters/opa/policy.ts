import { AirlockError } from '../../lib/error.ts';
import type { PolicyInput } from '../../domain/policy/policy-input.ts';
import type { Policy } from '../../domain/ports.ts';
import { verdictSchema, type Verdict } from '../../domain/policy/verdict.ts';

const deadlineMs = 5_000;

/**
 * Asks OPA's data API (`POST /v1/data/airlock/verdict`). No answer, a late one, an undefined result and one that is no
 * verdict are errors, never an allow.
 * @throws AirlockError `policy-unavailable` (retry), `policy-broken` (ask).
 */
export function createPolicy(opa: string): Policy {
  const url = new URL('/v1/data/airlock/verdict', opa);
  return {
    async verdict(input) {
      const response = await post(url, input);
      if (!response.ok) throw unavailable(`it answered ${response.status}`);
      return verdictOf(await response.json().catch((error: Error) => Promise.reject(unavailable(error.message))));
    },
  };
}

async function post(url: URL, input: PolicyInput): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ input });
  return fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(deadlineMs) }).catch(
    (error: Error) => {
      throw unavailable(error.name === 'TimeoutError' ? `no answer within ${deadlineMs} ms` : error.message);
    },
  );
}

function verdictOf(answer: unknown): Verdict {
  const result = (answer as { result?: unknown } | null)?.result;
  const parsed = verdictSchema.safeParse(result);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const why =
    result === undefined
      ? 'no verdict at all: are the policies loaded?'
      : `${issue?.path.join('.')}: ${issue?.message}`;
  throw new AirlockError({ code: 'policy-broken', message: `policy gave ${why}; mend the policies`, next: 'ask' });
}

function unavailable(why: string): AirlockError {
  return new AirlockError({
    code: 'policy-unavailable',
    message: `OPA cannot be asked (${why}): check that it runs, then try again`,
    next: 'retry',
  });
}
