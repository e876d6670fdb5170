import { createHash, timingSafeEqual } from 'node:crypto';
import { refused } from '../../lib/error.ts';

/**
 * Makes a check of the Authorization header. The check returns the entry of `holders` that has the SHA-256 (hex) of the
 * bearer token. If there is no such entry, the check throws AirlockError `unauthorized`, always with the same message.
 */
export function createBearerCheck<H extends { sha256: string }>(holders: readonly H[]): (header?: string) => H {
  const entries = holders.map((holder) => ({ holder, digest: Buffer.from(holder.sha256, 'hex') }));
  return (header = '') => {
    const [, token = ''] = /^Bearer ([\x21-\x7e]{1,4096})$/i.exec(header) ?? [];
    const presented = createHash('sha256').update(token).digest();
    // All digests are compared, so the time does not reveal which digest matches.
    const [match] = entries.filter(({ digest }) => timingSafeEqual(digest, presented));
    if (match) return match.holder;
    throw refused(
      'unauthorized',
      'the request has no bearer token, or this route does not accept the token: ' +
        'check the Authorization header, and `tokens` in the configuration of `airlock serve`',
    );
  };
}
