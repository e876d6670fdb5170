import { decisionClientId, decisionNonce, type Decision, type Verb } from '../domain/decision.ts';
import { digestOfBytes, type Digest } from '../domain/digest.ts';
import { dossierDigest, dossierSchema, type Dossier } from '../domain/dossier.ts';
import { AirlockError } from '../domain/error.ts';
import { visible } from '../domain/visible.ts';
import type { Secret } from '../secret.ts';
import type { ApiClient } from './api-client.ts';
import { carryByTemporal } from './carry-by-temporal.ts';

/** What a person typed, as its schemas took it: that is asked before anything is read or reached. */
export interface DecideInput {
  verb: Verb;
  incident: string;
  dossier: Digest;
  reason: string;
  /** Prints the decision with its proof and sends nothing: for another door. */
  proofOnly?: boolean;
}

export interface DecideDeps {
  api: Pick<ApiClient, 'document' | 'decide' | 'incident'>;
  issuer: string;
  /** `host:port` of Temporal, where it is known. */
  temporal?: string;
  renderDossier: (dossier: Dossier) => string;
  signIn: (request: {
    issuer: string;
    clientId: string;
    nonce: string;
    show: (url: string) => void;
    deadlineMs: number;
  }) => Promise<Secret>;
  /** Answers for programs and people; notices on the way. */
  out: (line: string) => void;
  err: (line: string) => void;
}

const signInMinutes = 5;

/**
 * `airlock approve` and `airlock deny`: shows what is decided, from bytes whose digest was recomputed here, has the
 * person sign in for this decision alone, and sends the proof. The token is neither printed nor stored, but with
 * `--proof-only`: then the decision with its proof is what is printed on standard output, and nothing is sent.
 * @throws AirlockError `dossier-differs`, `decision-refused`, `bad-answer`, and those of sign-in and API.
 */
export async function decide(deps: DecideDeps, input: DecideInput): Promise<void> {
  const { api, issuer, out, err } = deps;
  const { verb, incident, dossier: digest, reason } = input;
  const dossier = readDossier(await api.document(incident, 'dossiers', digest), { incident, digest });
  err(deps.renderDossier(dossier));
  err(`You are about to ${verb} ${digest}, because: ${reason}`);
  const show = (url: string): void => {
    err(`Sign in: ${url}`);
    err(`Waiting for you to sign in, ${signInMinutes} minutes at most.`);
  };
  const nonce = decisionNonce(digest, verb, reason);
  const request = { issuer, clientId: decisionClientId, nonce, show, deadlineMs: signInMinutes * 60_000 };
  const proof = await deps.signIn(request);
  const decision: Decision = { verb, reason, dossier: digest, proof: proof.reveal() };
  if (input.proofOnly) return hand(deps, incident, decision);
  const answer = await api.decide(incident, decision);
  if ('refused' in answer) {
    const message = `the decision does not count: ${answer.refused}`;
    throw new AirlockError({ code: 'decision-refused', message, next: 'ask' });
  }
  const { subject, groups, admittedAt } = answer.admitted;
  out(`${verb} by ${visible(subject)} (${groups.map((group) => visible(group)).join(', ')}) admitted at ${admittedAt}`);
}

/** Gives the person their decision, and says how it can be carried to the incident by hand. */
async function hand({ api, temporal, out, err }: DecideDeps, incident: string, decision: Decision): Promise<void> {
  const { workflow } = await api.incident(incident);
  const lines = carryByTemporal(decision, { workflow, ...(temporal ? { address: temporal } : {}) });
  err(
    'Nothing was sent. The decision is on standard output: keep it as decision.json, for nobody else to read, and carry',
  );
  err('it within minutes, before its proof expires, by one of:');
  for (const line of lines) err(`  ${line}`);
  if (!temporal) err('TEMPORAL_ADDRESS is to say where Temporal listens.');
  out(JSON.stringify(decision));
}

/** Believes the server in nothing: what is shown is what the digest on the command line stands for. */
function readDossier(bytes: Uint8Array, asked: { incident: string; digest: Digest }): Dossier {
  const differs = (why: string): AirlockError =>
    new AirlockError({
      code: 'dossier-differs',
      message: `what the server sent for ${asked.digest} ${why}: do not sign; ask who runs it`,
      next: 'stop',
    });
  if (digestOfBytes(bytes) !== asked.digest) throw differs('has another digest');
  const dossier = dossierSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
  if (!dossier.success || dossierDigest(dossier.data) !== asked.digest) throw differs('is no dossier');
  if (dossier.data.incident !== asked.incident) throw differs(`is of incident ${visible(dossier.data.incident)}`);
  return dossier.data;
}
