import type { TestUser } from '../stack/oidc/test-users.ts';
import { command, remote, type Ended } from './command.ts';
import type { Stage } from './stage.ts';

/** What is decided, and by whom. */
export interface Decide {
  verb: 'approve' | 'deny';
  incident: string;
  dossier: string;
  reason: string;
  user: TestUser;
  /** Only makes the decision and its proof, for `carry`. */
  proofOnly?: boolean;
}

/** Has a person run the command by which they decide. */
export function decide(stage: Stage, asked: Decide): Promise<Ended> {
  const { verb, incident, dossier, reason, user, proofOnly = false } = asked;
  const options = ['--dossier', dossier, '--reason', reason, ...(proofOnly ? ['--proof-only'] : [])];
  return command([verb, incident, ...options], { env: remote(stage.stack), user });
}
