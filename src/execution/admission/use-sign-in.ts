import type { TokenClaims } from '../../domain/approval/decision-token.ts';
import { signInId, signInUsed, type Refusal } from '../../domain/approval/sign-in.ts';
import { AirlockError } from '../../lib/error.ts';
import type { Logger } from '../../platform/logger.ts';
import type { RowContent, RowMacs } from '../ports.ts';
import type { SignIns, UsedSignIn } from './ports.ts';

/** What `useSignIn` needs from outside. */
export interface SignInDeps {
  signIns: SignIns;
  macs: RowMacs;
  log: Pick<Logger, 'error'>;
}

/**
 * Uses the sign-in of a token for the token's nonce. One sign-in can be used for one nonce only, over decisions, edits
 * and requests. The caller must first check everything else about the token: a refused token must not use up a sign-in.
 * @returns undefined if the sign-in is now used for this nonce, or was before. Otherwise the refusal.
 * @throws AirlockError `sign-in-corrupt` if the gateway did not write the row of the sign-in; `sign-ins-unavailable`
 * (retry), and the errors of Vault.
 */
export async function useSignIn({ signIns, macs, log }: SignInDeps, claims: TokenClaims): Promise<Refusal | undefined> {
  const own = { signIn: signInId(claims), nonce: claims.nonce };
  const [mac = ''] = await macs.make([rowOf(own)]);
  const stored = await signIns.claim({ ...own, mac });
  const [isValid] = await macs.verify([{ ...rowOf(stored), mac: stored.mac }]);
  if (!isValid) {
    log.error({ signIn: own.signIn }, 'ATTACK: SOMEBODY CHANGED THE TABLE OF USED SIGN-INS');
    throw corrupt(own.signIn);
  }
  return stored.nonce === own.nonce ? undefined : signInUsed;
}

function rowOf({ signIn, nonce }: Pick<UsedSignIn, 'signIn' | 'nonce'>): RowContent {
  return { table: 'sign_ins', columns: [signIn, nonce] };
}

function corrupt(signIn: string): AirlockError {
  const message = `the row of sign-in ${signIn} has no valid MAC, so the gateway did not write it: find out who writes to the table sign_ins`;
  return new AirlockError({ code: 'sign-in-corrupt', message });
}
