import { z } from 'zod';
import { slugSchema } from '../../lib/slug.ts';

const tokenFields = {
  /** Appears in the log, in the status and in the journal. No other token may have this name. */
  name: slugSchema,
  /** SHA-256 digest of the token, in hex. No other entry may have the same token. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** The API refuses the token from this time on, ISO 8601 in UTC. */
  expiresAt: z.iso.datetime(),
};

/**
 * The bearer tokens that the API accepts. `alerts`: tokens of monitoring systems, each for the alerts of one cluster.
 * `operators`: tokens of operators.
 */
export const tokensSchema = z
  .strictObject({
    alerts: z.array(z.strictObject({ ...tokenFields, cluster: z.string() })),
    operators: z.array(z.strictObject(tokenFields)),
  })
  .superRefine(({ alerts, operators }, context) => {
    const entries = [
      ...alerts.map((token, index) => ({ token, path: ['alerts', index] })),
      ...operators.map((token, index) => ({ token, path: ['operators', index] })),
    ];
    for (const field of ['name', 'sha256'] as const) {
      for (const [index, { token, path }] of entries.entries()) {
        if (entries.findIndex((other) => other.token[field] === token[field]) === index) continue;
        context.addIssue({ code: 'custom', path: [...path, field], message: `another token has the same ${field}` });
      }
    }
  });
