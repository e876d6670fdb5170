import { createHash, timingSafeEqual } from 'node:crypto';
import { refused } from '../../lib/error.ts';

/** The entry of one bearer token in the configuration. It does not contain the token. */
export interface TokenEntry {
  name: string;
  /** SHA-256 digest of the token, in hex. */
  sha256: string;
  /** The token is refused from this time on, ISO 8601. */
  expiresAt: string;
}

/**
 * Makes a check of the Authorization header. The check returns the entry of the bearer token. If there is no such
 * entry, the check throws AirlockError `unauthorized`, always with the same message. If the token has expired, the
 * check throws `token-expired`.
 */
export function createBearerCheck<E extends TokenEntry>(
  tokens: readonly E[],
  now: () => number = Date.now,
): (header?: string) => E {
  const entries = tokens.map((entry) => ({ entry, digest: Buffer.from(entry.sha256, 'hex') }));
  return (header = '') => {
    const [, token = ''] = /^Bearer ([\x21-\x7e]{1,4096})$/i.exec(header) ?? [];
    const presented = createHash('sha256').update(token).digest();
    // All digests are compared, so the time does not reveal which digest matches.
    const [match] = entries.filter(({ digest }) => timingSafeEqual(digest, presented));
    if (!match) {
      throw refused(
        'unauthorized',
        'the request has no bearer token, or this route does not accept the token: ' +
          'check the Authorization header, and `tokens` in the configuration of `airlock serve`',
      );
    }
    if (now() >= Date.parse(match.entry.expiresAt)) throw expired(match.entry);
    return match.entry;
  };
}

function expired({ name, expiresAt }: TokenEntry): Error {
  const message =
    `the bearer token ${name} has expired (${expiresAt}): ask the operator of Airlock for a new token ` +
    '(`tokens` in the configuration of `airlock serve`; embedded stack: `airlock down`, then `airlock up`)';
  return refused('token-expired', message, { name, expiresAt });
}
