import { createHash, timingSafeEqual } from 'node:crypto';
import { refused } from '../../lib/error.ts';

/**
 * Makes a check that finds the holder of a bearer token by the token's SHA-256. It takes the same time and throws the same
 * error for a missing header, another scheme, another kind of token (such as a decision token) and an unknown token.
 * @throws AirlockError `unauthorized`.
 */
export function createBearerCheck<H extends { sha256: string }>(holders: readonly H[]): (header?: string) => H {
  const known = holders.map((holder) => ({ holder, digest: Buffer.from(holder.sha256, 'hex') }));
  return (header = '') => {
    const [, token = ''] = /^Bearer ([\x21-\x7e]{1,4096})$/i.exec(header) ?? [];
    const presented = createHash('sha256').update(token).digest();
    // All digests are compared, so that the time does not depend on which one matches.
    const [match] = known.filter(({ digest }) => timingSafeEqual(digest, presented));
    if (match) return match.holder;
    throw refused('unauthorized', 'a bearer token that this API knows is required');
  };
}
