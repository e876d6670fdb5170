import { createHash, timingSafeEqual } from 'node:crypto';
import { refused } from '../../lib/error.ts';

/**
 * Finds who holds a bearer token, among holders known by the SHA-256 of theirs. Takes the same time and gives the same
 * error for no header, another scheme, another kind of token (a decision's ID token among them) and an unknown one.
 * @throws AirlockError `unauthorized`.
 */
export function createBearerCheck<H extends { sha256: string }>(holders: readonly H[]): (header?: string) => H {
  const known = holders.map((holder) => ({ holder, digest: Buffer.from(holder.sha256, 'hex') }));
  return (header = '') => {
    const [, token = ''] = /^Bearer ([\x21-\x7e]{1,4096})$/i.exec(header) ?? [];
    const presented = createHash('sha256').update(token).digest();
    // Every holder is compared, so that the time says nothing about which one it was.
    const [match] = known.filter(({ digest }) => timingSafeEqual(digest, presented));
    if (match) return match.holder;
    throw refused('unauthorized', 'a bearer token that is known here is needed');
  };
}
