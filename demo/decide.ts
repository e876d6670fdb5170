import type { TestUser } from '../stack/oidc/test-users.ts';
import { command, clientEnvironment, type CommandResult } from './command.ts';
import type { StackClient } from './stack-client.ts';

/** A decision, and who makes it. */
export interface DecisionCommand {
  verb: 'approve' | 'deny';
  incident: string;
  dossier: string;
  reason: string;
  user: TestUser;
  /** If true, the command prints the decision and does not send it. `sendDecision` can then send it. */
  tokenOnly?: boolean;
}

/** Runs `airlock approve` or `airlock deny` as `decision.user`. */
export function decide(client: StackClient, decision: DecisionCommand): Promise<CommandResult> {
  const { verb, incident, dossier, reason, user, tokenOnly = false } = decision;
  const options = ['--dossier', dossier, '--reason', reason];
  if (tokenOnly) options.push('--token-only');
  return command([verb, incident, ...options], { env: clientEnvironment(client.stack), user });
}
