import { detailOfDecision } from '../../domain/approval/authorization-details.ts';
import { checkOwnSignIn, decisionListSchema, purposeOfDecision, type Verb } from '../../domain/approval/decision.ts';
import type { Digest } from '../../lib/digest.ts';
import { badInput } from '../../lib/error.ts';
import { sameJson } from '../../lib/json/json.ts';
import { plural } from '../../lib/plural.ts';
import { dossierDigest, type Dossier } from '../../domain/approval/dossier.ts';
import type { Obligation } from '../../domain/policy/verdict.ts';
import type { ApiClient } from '../api/api-client.ts';
import { obtainToken, type SignInDeps, type SignInPurpose } from './obtain-token.ts';
import { printDecisions, type PrintDeps } from './print-decisions.ts';
import { readDossier } from './read-dossier.ts';
import { sendDecisions, type UnsentDecision } from './send-decisions.ts';

/** The valid arguments and options of `airlock approve` or `airlock deny`. */
export interface DecideInput {
  verb: Verb;
  /** The dossiers to decide on, each with its incident. */
  dossiers: readonly DossierRef[];
  reason: string;
  /** If true, the command prints the decisions with their token and does not send them. */
  tokenOnly?: boolean;
}

/** A dossier of an incident. */
interface DossierRef {
  incident: string;
  digest: Digest;
}

/** What `decide` needs. */
export interface DecideDeps extends SignInDeps, PrintDeps {
  api: Pick<ApiClient, 'document' | 'decide' | 'incident'>;
  renderDossier: (dossier: Dossier) => string;
}

/**
 * Runs `airlock approve` or `airlock deny`. The command reads, checks and shows each dossier. Then the person signs in
 * once, and the identity provider issues a token for only these decisions. The command sends each decision with the
 * token, and does not store the token. With `--token-only` the command prints the decisions with the token instead.
 * @throws AirlockError `bad-input` before the sign-in, `dossier-mismatch`, `decision-not-admitted`,
 * `workflow-id-invalid`, the errors of the sign-in, and the errors of the API.
 */
export async function decide(deps: DecideDeps, input: DecideInput): Promise<void> {
  const { verb, reason } = input;
  const decisions = input.dossiers.map(({ incident, digest }) => ({ incident, dossier: digest, verb, reason }));
  assertDistinct(decisions);
  const list = decisions.map(({ incident: _, ...decision }) => decision);
  const parsed = decisionListSchema.safeParse(list);
  if (!parsed.success) throw badInput('incident', parsed.error.issues[0]?.message ?? 'not a list of decisions');
  const dossiers = await Promise.all(input.dossiers.map((ref) => readDossier(deps.api, ref)));
  for (const { incident, verdict } of dossiers) {
    const shared = checkOwnSignIn(verdict, list);
    if (shared) throw badInput('incident', `${incident}: ${shared}`);
  }
  for (const dossier of dossiers) deps.err(deps.renderDossier(dossier));
  deps.err(announcement(verb, decisions, reason));
  const purpose = { ...purposeOfDecision({ list }), ...signInFor(verb, dossiers) };
  if (!input.tokenOnly) {
    const obligations = new Map(dossiers.flatMap(obligationOf));
    return sendDecisions(deps, { purpose, decisions, list, obligations });
  }
  const token = await obtainToken(deps, purpose);
  const complete = decisions.map(({ incident, ...decision }) => ({ incident, decision: { ...decision, list, token } }));
  await printDecisions(deps, complete);
}

/** Returns the digest of a dossier and what it needs before execution, as an entry of a map. */
function obligationOf(dossier: Dossier): [Digest, Obligation][] {
  return dossier.verdict.allowed ? [[dossierDigest(dossier), dossier.verdict.obligation]] : [];
}

function assertDistinct(decisions: readonly UnsentDecision[]): void {
  const { size } = new Set(decisions.map(({ incident }) => incident));
  if (size !== decisions.length) throw badInput('incident', 'an incident is given twice');
}

/**
 * Returns what the provider shows at the sign-in, and the step-up that the dossiers demand. A denial needs no step-up.
 * @throws AirlockError `bad-input` if the dossiers demand different sign-ins.
 */
function signInFor(verb: Verb, dossiers: readonly Dossier[]): Pick<SignInPurpose, 'details' | 'stepUp'> {
  const details = dossiers.map((dossier) => detailOfDecision({ verb, dossier: dossierDigest(dossier) }, dossier));
  if (verb === 'deny') return { details };
  const stepUp = dossiers[0]?.stepUp;
  const other = dossiers.find((dossier) => !sameJson(dossier.stepUp, stepUp));
  if (other)
    throw badInput(
      'incident',
      `${other.incident} demands another kind of sign-in than the first incident: approve ${other.incident} alone`,
    );
  return { details, stepUp };
}

function announcement(verb: Verb, decisions: readonly UnsentDecision[], reason: string): string {
  const digests = decisions.map(({ dossier }) => dossier);
  const what = digests.length === 1 ? 'dossier' : `these ${plural(digests.length, 'dossier')} with one sign-in:`;
  return `You are about to ${verb} ${what} ${digests.join(', ')}. Your reason: ${reason}`;
}
