import { createHash, timingSafeEqual } from 'node:crypto';
import { refused } from '../../lib/error.ts';

/**
 * Makes a check of Authorization headers. The check returns the holder of the bearer token: the entry of `holders` with
 * the SHA-256 of the token. The check throws AirlockError `unauthorized` for any other header, always with the same
 * message and after the same time.
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
