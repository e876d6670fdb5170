import { signInAtProvider } from '../../../demo/sign-in.ts';
import type { StackClient } from '../../../demo/stack-client.ts';
import { signIn } from '../../../src/adapters/oidc/sign-in.ts';
import type { AuthorizationDetail } from '../../../src/domain/approval/authorization-details.ts';
import type { TokenPurpose } from '../../../src/domain/approval/decision-token.ts';

/** Signs a test user in and returns the ID token for that purpose. @param details what the provider must show. */
export async function signedInToken(
  client: StackClient,
  username: string,
  { clientId, nonce, details = [] }: TokenPurpose & { details?: AuthorizationDetail[] },
): Promise<string> {
  let atProvider: Promise<void> | undefined;
  const show = (url: string): void => {
    atProvider = signInAtProvider(url, client.user(username));
  };
  const { issuer } = client.stack;
  const token = await signIn({ issuer, clientId, nonce, details, show, deadlineMs: 30_000 });
  await atProvider;
  return token.reveal();
}
