import { purposeOfDecision, type Decision, type Verb } from '../../domain/approval/decision.ts';
import type { Digest } from '../../lib/digest.ts';
import type { Dossier } from '../../domain/approval/dossier.ts';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import { AirlockError } from '../../lib/error.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import type { ApiClient } from '../api/api-client.ts';
import { temporalCommands } from './temporal-commands.ts';
import { obtainToken, type SignInDeps } from './obtain-token.ts';
import { readDossier } from './read-dossier.ts';

/** Input of `airlock approve` and `airlock deny`, already checked by the command. */
export interface DecideInput {
  verb: Verb;
  incident: string;
  dossier: Digest;
  reason: string;
  /** If true, the decision is printed with its token. The person then sends this output with the Temporal CLI. */
  tokenOnly?: boolean;
}

/** What `airlock approve` and `airlock deny` need from outside. */
export interface DecideDeps extends SignInDeps {
  api: Pick<ApiClient, 'document' | 'decide' | 'incident'>;
  /** `host:port` of Temporal, if it is known. */
  temporal?: string;
  renderDossier: (dossier: Dossier) => string;
  /** Prints a line of the result on standard output. */
  out: (line: string) => void;
}

/**
 * `airlock approve` and `airlock deny`: reads the dossier, checks the digest, and shows the dossier. Then the person
 * signs in for this decision alone, and the command sends the decision with the token. The command never stores the
 * token. With `--token-only` the command sends nothing and prints the decision with the token on standard output.
 * @throws AirlockError `dossier-mismatch`, `decision-not-admitted`, `workflow-id-invalid`, and the errors of the
 * sign-in and the API.
 */
export async function decide(deps: DecideDeps, input: DecideInput): Promise<void> {
  const { api, out, err } = deps;
  const { verb, incident, dossier: digest, reason } = input;
  const dossier = await readDossier(api, { incident, digest });
  err(deps.renderDossier(dossier));
  err(`You are about to ${verb} dossier ${digest}. Your reason: ${reason}`);
  const content = { verb, reason, dossier: digest };
  const decision: Decision = { ...content, token: await obtainToken(deps, purposeOfDecision(content)) };
  if (input.tokenOnly) return printDecision(deps, incident, decision);
  const answer = await api.decide(incident, decision);
  if ('refused' in answer) {
    const message = `the decision on dossier ${digest} does not count: ${answer.refused}`;
    throw new AirlockError({ code: 'decision-not-admitted', message });
  }
  const { subject, groups, admittedAt } = answer.admitted;
  out(
    `${verb === 'approve' ? 'approval' : 'denial'} by ${escapeForTerminal(subject)} (${groups.map((group) => escapeForTerminal(group)).join(', ')}) admitted at ${admittedAt}`,
  );
}

/** Prints the decision, and the commands with which the Temporal CLI sends it. */
async function printDecision(
  { api, temporal, out, err }: DecideDeps,
  incident: string,
  decision: Decision,
): Promise<void> {
  const { workflow } = await api.incident(incident);
  const lines = temporalCommands(decision, omitUndefined({ workflow, address: temporal }));
  err('Nothing was sent. Standard output has the decision. Store it in a file decision.json that only you can read.');
  err('Send it within a few minutes, before its token expires, with one of these commands:');
  for (const line of lines) err(`  ${line}`);
  if (!temporal) err('Set TEMPORAL_ADDRESS to the address of Temporal first.');
  out(JSON.stringify(decision));
}
