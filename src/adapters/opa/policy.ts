import { AirlockError } from '../../lib/error.ts';
import { cutSecrets } from '../../lib/secrets/cut-secrets.ts';
import type { PolicyInput } from '../../domain/policy/policy-input.ts';
import type { Policy } from '../../domain/policy/ports.ts';
import { verdictSchema, type Verdict } from '../../domain/policy/verdict.ts';
import { isSuccess } from '../../platform/http/http-answer.ts';
import { createHttpClient, type HttpClient } from '../../platform/http/http-client.ts';
import { HttpFailure } from '../../platform/http/http-failure.ts';

const path = '/v1/data/airlock/verdict';
const deadlines = { headersMs: 5_000, bodyMs: 5_000, totalMs: 5_000 };
/** Size limit of an answer, bytes. A verdict is far smaller. */
const maxBytes = 4 * 1024 * 1024;

/**
 * Creates a client of the policy engine, OPA (`POST /v1/data/airlock/verdict`). An error never allows a plan.
 * - `policy-unavailable` (retry): OPA did not answer in time, answered with an error status, or did not answer with JSON.
 * - `policy-invalid`: the result is undefined, or is a malformed verdict.
 *
 * Secrets are removed from the sentences of a verdict.
 * @param opaUrl URL of OPA.
 */
export function createPolicy(opaUrl: string): Policy {
  const client = createHttpClient({ origin: opaUrl, deadlines, maxBytes });
  return { verdict: async (input) => verdictOf(await evaluate(client, input)) };
}

async function evaluate(client: HttpClient, input: PolicyInput): Promise<unknown> {
  try {
    const answer = await client.request({ method: 'POST', path, json: { input } });
    if (!isSuccess(answer)) throw unavailable(`HTTP status ${answer.status}`);
    return answer.json();
  } catch (error) {
    throw error instanceof HttpFailure ? unavailable(error.problem) : error;
  }
}

function verdictOf(answer: unknown): Verdict {
  const result = (answer as { result?: unknown } | null)?.result;
  const parsed = verdictSchema.safeParse(result);
  if (parsed.success) return withoutSecrets(parsed.data);
  const issue = parsed.error.issues[0];
  const message =
    result === undefined
      ? 'OPA returned no verdict: check that OPA has loaded the policies'
      : `OPA returned a malformed verdict (${issue?.path.join('.')}: ${issue?.message}): correct the policies`;
  throw new AirlockError({ code: 'policy-invalid', message });
}

/** Rules can quote what a plan writes, such as the arguments of a container. */
function withoutSecrets(verdict: Verdict): Verdict {
  const reasons = verdict.reasons.map(({ rule, sentence }) => ({ rule, sentence: cutSecrets(sentence) }));
  return { ...verdict, reasons };
}

function unavailable(why: string): AirlockError {
  return new AirlockError({
    code: 'policy-unavailable',
    message: `OPA gave no usable answer (${why}): check that OPA runs, then try again`,
  });
}
