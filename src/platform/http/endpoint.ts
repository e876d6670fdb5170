import { z } from 'zod';
import { isLoopback, isProtected } from './is-protected.ts';

const insecure = z.boolean().default(false);

/**
 * Makes the schema of a configuration section that has the address of a server. The schema refuses plain http, because
 * others on the network could read and change the requests. Loopback addresses may use plain http. `insecure: true`
 * allows plain http for any address.
 * @param field the field of the section that has the address.
 */
export function endpoint<Shape extends Record<string, z.ZodType>>(field: keyof Shape & string, shape: Shape) {
  return z.strictObject({ ...shape, insecure }).superRefine((section, context) => {
    const { [field]: address, insecure: allowed } = section as Record<string, unknown>;
    const isRefused =
      !allowed && typeof address === 'string' && URL.canParse(address) && !isProtected(new URL(address));
    if (isRefused) {
      const why = `${new URL(address).origin} is plain http`;
      context.addIssue({ code: 'custom', path: [field], message: refusal(why, 'use https') });
    }
  });
}

/** Schema of the address on which the API listens. The API has no TLS. A proxy in front of the API can add TLS. */
export const listenSchema = z
  .strictObject({ host: z.string(), port: z.int(), insecure })
  .refine(({ host, insecure: allowed }) => allowed || isLoopback(host), {
    path: ['host'],
    error: refusal(
      'the API has no TLS, and this is not a loopback address',
      'listen on 127.0.0.1, behind a proxy with TLS',
    ),
  });

function refusal(why: string, advice: string): string {
  return `${why}, so others on the network could read its tokens: ${advice}, or allow plain http with insecure: true`;
}

/** Name and address of a configuration section. If `insecure` is true, the section allows this address without TLS. */
export interface Endpoint {
  name: string;
  address: string;
  insecure: boolean;
}

/** Returns the addresses that use plain http because of `insecure: true`. Example: `vault http://vault.example:8200`. */
export function insecureAddresses(endpoints: readonly Endpoint[]): string[] {
  return endpoints
    .filter(({ address, insecure: allowed }) => allowed && !isProtected(new URL(address)))
    .map(({ name, address }) => `${name} ${new URL(address).origin}`);
}
