import { proofOfDecision, type Decision, type Verb } from '../domain/approval/decision.ts';
import type { Digest } from '../lib/digest.ts';
import type { Dossier } from '../domain/approval/dossier.ts';
import { AirlockError } from '../lib/error.ts';
import { visible } from '../lib/escape-for-terminal.ts';
import type { ApiClient } from './api-client.ts';
import { carryByTemporal } from './carry-by-temporal.ts';
import { obtainProof, type SignInDeps } from './obtain-proof.ts';
import { readDossier } from './read-dossier.ts';

/** What a person typed, as its schemas took it: that is asked before anything is read or reached. */
export interface DecideInput {
  verb: Verb;
  incident: string;
  dossier: Digest;
  reason: string;
  /** Prints the decision with its proof and sends nothing: for another door. */
  proofOnly?: boolean;
}

export interface DecideDeps extends SignInDeps {
  api: Pick<ApiClient, 'document' | 'decide' | 'incident'>;
  /** `host:port` of Temporal, where it is known. */
  temporal?: string;
  renderDossier: (dossier: Dossier) => string;
  /** Answers for programs and people. */
  out: (line: string) => void;
}

/**
 * `airlock approve` and `airlock deny`: shows what is decided, from bytes whose digest was recomputed here, has the
 * person sign in for this decision alone, and sends the proof. The token is neither printed nor stored, but with
 * `--proof-only`: then the decision with its proof is what is printed on standard output, and nothing is sent.
 * @throws AirlockError `dossier-differs`, `decision-refused`, `bad-answer`, and those of sign-in and API.
 */
export async function decide(deps: DecideDeps, input: DecideInput): Promise<void> {
  const { api, out, err } = deps;
  const { verb, incident, dossier: digest, reason } = input;
  const dossier = await readDossier(api, { incident, digest });
  err(deps.renderDossier(dossier));
  err(`You are about to ${verb} ${digest}, because: ${reason}`);
  const asked = { verb, reason, dossier: digest };
  const decision: Decision = { ...asked, proof: await obtainProof(deps, proofOfDecision(asked)) };
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
