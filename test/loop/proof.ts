import { signIn as signInAtProvider } from '../../demo/sign-in.ts';
import type { Stage } from '../../demo/stage.ts';
import { signIn } from '../../src/adapters/oidc/sign-in.ts';
import type { ProofOf } from '../../src/domain/approval/decision-token.ts';

/** A true ID token of a test user, for anything. */
export async function trueProof(stage: Stage, username: string, { clientId, nonce }: ProofOf): Promise<string> {
  let atProvider: Promise<void> | undefined;
  const show = (url: string): void => void (atProvider = signInAtProvider(url, stage.user(username)));
  const { issuer } = stage.stack;
  const token = await signIn({ issuer, clientId, nonce, show, deadlineMs: 30_000 });
  await atProvider;
  return token.reveal();
}
