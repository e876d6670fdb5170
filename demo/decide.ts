import type { TestUser } from '../stack/oidc/test-users.ts';
import { runCommand, clientEnvironment, type CommandResult } from './command.ts';
import type { StackClient } from './stack-client.ts';

/** A decision of a test user. */
export interface DecisionCommand {
  verb: 'approve' | 'deny';
  /** Id of the incident. */
  incident: string;
  /** Digest of the dossier. */
  dossier: string;
  reason: string;
  /** The user who makes the decision. */
  user: TestUser;
  /** If true, the command prints the decision and does not send it. Then `sendDecision` can send it. */
  tokenOnly?: boolean;
}

/** Runs `airlock approve` or `airlock deny`, and signs in as `decision.user`. */
export function decide(client: StackClient, decision: DecisionCommand): Promise<CommandResult> {
  const { verb, incident, dossier, reason, user, tokenOnly = false } = decision;
  const options = ['--dossier', dossier, '--reason', reason];
  if (tokenOnly) options.push('--token-only');
  return runCommand([verb, incident, ...options], { env: clientEnvironment(client.stack), user });
}
