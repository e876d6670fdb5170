import type { Digest } from '../../lib/digest.ts';

/** A sign-in of a person, and the nonce for which the gateway admitted a token of this sign-in. */
export interface UsedSignIn {
  /** The `signInId` of the token. */
  signIn: Digest;
  nonce: string;
  /** MAC of the row. The caller makes it and verifies it. */
  mac: string;
}

/** The gateway's own table of sign-ins. The table is append-only. */
export interface SignIns {
  /**
   * Stores the nonce of a sign-in, unless the table already has the sign-in. Atomic: if two gateways call at the same
   * time, both get the row of the first one.
   * @returns the row that the table now has for the sign-in.
   */
  claim(used: UsedSignIn): Promise<UsedSignIn>;
}
