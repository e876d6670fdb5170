import { purposeOfDecision, type Decision, type Verb } from '../../domain/approval/decision.ts';
import type { Digest } from '../../lib/digest.ts';
import type { Dossier } from '../../domain/approval/dossier.ts';
import { defined } from '../../lib/defined.ts';
import { AirlockError } from '../../lib/error.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import type { ApiClient } from '../api/api-client.ts';
import { temporalCommands } from './temporal-commands.ts';
import { obtainToken, type SignInDeps } from './obtain-token.ts';
import { readDossier } from './read-dossier.ts';

/** What a person typed. The command checked it before it read a file or called the API. */
export interface DecideInput {
  verb: Verb;
  incident: string;
  dossier: Digest;
  reason: string;
  /** Prints the decision with its token and sends nothing: for another channel. */
  tokenOnly?: boolean;
}

export interface DecideDeps extends SignInDeps {
  api: Pick<ApiClient, 'document' | 'decide' | 'incident'>;
  /** `host:port` of Temporal, where it is known. */
  temporal?: string;
  renderDossier: (dossier: Dossier) => string;
  /** Takes a line of standard output: the result. */
  out: (line: string) => void;
}

/**
 * `airlock approve` and `airlock deny`: shows the dossier, whose digest it recomputed from the bytes, has the person sign
 * in for this decision alone, and sends the decision with its token. The token is neither printed nor stored; only with
 * `--token-only` the decision with its token is printed on standard output, and nothing is sent.
 * @throws AirlockError `dossier-mismatch`, `decision-not-admitted`, `workflow-id-invalid`, and those of sign-in and API.
 */
export async function decide(deps: DecideDeps, input: DecideInput): Promise<void> {
  const { api, out, err } = deps;
  const { verb, incident, dossier: digest, reason } = input;
  const dossier = await readDossier(api, { incident, digest });
  err(deps.renderDossier(dossier));
  err(`You are about to ${verb} ${digest}, because: ${reason}`);
  const content = { verb, reason, dossier: digest };
  const decision: Decision = { ...content, token: await obtainToken(deps, purposeOfDecision(content)) };
  if (input.tokenOnly) return printDecision(deps, incident, decision);
  const answer = await api.decide(incident, decision);
  if ('refused' in answer) {
    const message = `the decision does not count: ${answer.refused}`;
    throw new AirlockError({ code: 'decision-not-admitted', message });
  }
  const { subject, groups, admittedAt } = answer.admitted;
  out(
    `${verb} by ${escapeForTerminal(subject)} (${groups.map((group) => escapeForTerminal(group)).join(', ')}) admitted at ${admittedAt}`,
  );
}

/** Prints the decision, and how Temporal's own program sends it. */
async function printDecision(
  { api, temporal, out, err }: DecideDeps,
  incident: string,
  decision: Decision,
): Promise<void> {
  const { workflow } = await api.incident(incident);
  const lines = temporalCommands(decision, defined({ workflow, address: temporal }));
  err(
    'Nothing was sent. The decision is on standard output. Store it as decision.json, readable by you alone, and send',
  );
  err('it within minutes, before its token expires, with one of:');
  for (const line of lines) err(`  ${line}`);
  if (!temporal) err('Set TEMPORAL_ADDRESS to the address of Temporal first.');
  out(JSON.stringify(decision));
}
