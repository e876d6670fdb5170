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

/** The valid arguments and options of `airlock approve` or `airlock deny`. */
export interface DecideInput {
  verb: Verb;
  incident: string;
  dossier: Digest;
  reason: string;
  /** If true, the command prints the decision with its token and does not send the decision. */
  tokenOnly?: boolean;
}

/** What `decide` needs. */
export interface DecideDeps extends SignInDeps {
  api: Pick<ApiClient, 'document' | 'decide' | 'incident'>;
  /** Address of Temporal (`host:port`), if known. */
  temporal?: string;
  renderDossier: (dossier: Dossier) => string;
  /** Prints a line on standard output. */
  out: (line: string) => void;
}

/**
 * Runs `airlock approve` or `airlock deny`. The command reads, checks and shows the dossier. Then the person signs in,
 * and the identity provider issues a token for only this decision. The command sends the decision with the token, and
 * does not store the token. With `--token-only` the command prints the decision with the token instead of sending the
 * decision.
 * @throws AirlockError `dossier-mismatch`, `decision-not-admitted`, `workflow-id-invalid`, the errors of the sign-in,
 * and the errors of the API.
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
  const what = verb === 'approve' ? 'approval' : 'denial';
  const who = `${escapeForTerminal(subject)} (groups: ${groups.map((group) => escapeForTerminal(group)).join(', ')})`;
  out(`the gateway admitted the ${what} by ${who} at ${admittedAt}`);
}

/** Prints the decision on standard output. Prints on standard error the commands that send the decision to Temporal. */
async function printDecision(
  { api, temporal, out, err }: DecideDeps,
  incident: string,
  decision: Decision,
): Promise<void> {
  const { workflow } = await api.incident(incident);
  const lines = temporalCommands(decision, omitUndefined({ workflow, address: temporal }));
  err('The decision was not sent. It is on standard output. Save it in a file decision.json that only you can read.');
  err('The token of the decision expires in a few minutes. Before that, send the decision with one of these commands:');
  for (const line of lines) err(`  ${line}`);
  if (!temporal) err('First set the environment variable TEMPORAL_ADDRESS to the address of Temporal.');
  out(JSON.stringify(decision));
}
