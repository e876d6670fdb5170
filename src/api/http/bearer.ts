import { createHash, timingSafeEqual } from 'node:crypto';
import { refused } from '../../lib/error.ts';

/**
 * Makes a check that returns the holder of a bearer token: the entry of `holders` that has the token's SHA-256. The
 * check takes the same time and throws the same error for a missing header, a scheme that is not Bearer, another kind
 * of token (such as a decision token) and an unknown token.
 * @throws AirlockError `unauthorized`.
 */
export function createBearerCheck<H extends { sha256: string }>(holders: readonly H[]): (header?: string) => H {
  const known = holders.map((holder) => ({ holder, digest: Buffer.from(holder.sha256, 'hex') }));
  return (header = '') => {
    const [, token = ''] = /^Bearer ([\x21-\x7e]{1,4096})$/i.exec(header) ?? [];
    const presented = createHash('sha256').update(token).digest();
    // All digests are compared, so that the time does not reveal whether and where a digest matches.
    const [match] = known.filter(({ digest }) => timingSafeEqual(digest, presented));
    if (match) return match.holder;
    throw refused(
      'unauthorized',
      'the request has no bearer token, or this route does not accept the token: check the header authorization and the configured tokens',
    );
  };
}
