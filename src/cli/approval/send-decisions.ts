import { isEntitled } from '../../domain/approval/approval.ts';
import type { AdmittedDecision, Decision, ListedDecision } from '../../domain/approval/decision.ts';
import type { Obligation } from '../../domain/policy/verdict.ts';
import type { Digest } from '../../lib/digest.ts';
import { either } from '../../lib/either.ts';
import { AirlockError } from '../../lib/error.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import type { ApiClient } from '../api/api-client.ts';
import type { SignInDeps, SignInPurpose } from './obtain-token.ts';
import { isSignInUsed, sendWithToken } from './send-with-token.ts';

/** A decision that is not yet sent, and its incident. */
export type UnsentDecision = ListedDecision & { incident: string };

/**
 * The decisions of one sign-in. `list`: all of them, as the nonce contains them. `obligations`: what each dossier needs,
 * by its digest.
 */
interface ToSend {
  purpose: SignInPurpose;
  decisions: readonly UnsentDecision[];
  list: ListedDecision[];
  obligations: ReadonlyMap<Digest, Obligation>;
}

interface SendDeps extends SignInDeps {
  api: Pick<ApiClient, 'decide'>;
  /** Prints a line on standard output. */
  out: (line: string) => void;
}

interface SentDecision {
  incident: string;
  decision: Decision;
  obligation: Obligation | undefined;
}

/**
 * Asks the person to sign in once, then sends each decision. A refused decision does not keep the others from being
 * sent. Prints one line for each admitted decision, and a warning if an approval cannot count because of its groups.
 * @throws AirlockError `decision-not-admitted` if a decision was refused; the errors of `sendWithToken`. If only one
 * decision was to be sent, also the errors of the API.
 */
export async function sendDecisions(deps: SendDeps, { purpose, decisions, list, obligations }: ToSend): Promise<void> {
  const unsent = [...decisions];
  const failures: AirlockError[] = [];
  await sendWithToken(deps, purpose, async (token) => {
    for (let next = unsent[0]; next; next = unsent[0]) {
      const { incident, ...content } = next;
      const decision = { ...content, list, token };
      const failure = await send(deps, { incident, decision, obligation: obligations.get(content.dossier) });
      if (failure) failures.push(failure);
      unsent.shift();
    }
  });
  const [failure] = failures;
  if (!failure) return;
  if (decisions.length === 1) throw failure;
  const reasons = failures.map(({ message }) => message).join('; ');
  const message = `${failures.length} of ${decisions.length} decisions were not admitted: ${reasons}`;
  throw new AirlockError({ code: 'decision-not-admitted', message });
}

/**
 * Sends one decision. Prints the answer if the gateway admitted the decision.
 * @returns the error of a decision that was not admitted.
 * @throws AirlockError `sign-in-used`: then no decision of the list can be admitted with this token.
 */
async function send(
  { api, out, err }: SendDeps,
  { incident, decision, obligation }: SentDecision,
): Promise<AirlockError | undefined> {
  try {
    const answer = await api.decide(incident, decision);
    if ('refused' in answer) return notAdmitted(decision, answer.refused);
    out(`${decision.list.length > 1 ? `${incident}: ` : ''}${sentenceAbout(answer.admitted)}`);
    if (decision.verb === 'approve' && obligation && !isEntitled(answer.admitted, obligation))
      err(`This approval does not count: ${incident} needs approvals of group ${either(obligation.groups)}.`);
    return undefined;
  } catch (error) {
    if (isSignInUsed(error) || !(error instanceof AirlockError)) throw error;
    return error;
  }
}

function notAdmitted({ dossier }: Decision, why: string): AirlockError {
  const message = `the decision on dossier ${dossier} does not count: ${why}`;
  return new AirlockError({ code: 'decision-not-admitted', message });
}

function sentenceAbout({ verb, subject, groups, admittedAt }: AdmittedDecision): string {
  const what = verb === 'approve' ? 'approval' : 'denial';
  const who = `${escapeForTerminal(subject)} (groups: ${groups.map((group) => escapeForTerminal(group)).join(', ') || 'none'})`;
  return `the gateway admitted the ${what} by ${who} at ${admittedAt}`;
}
