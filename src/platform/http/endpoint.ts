import { z } from 'zod';
import { isLoopback, isProtected } from './is-protected.ts';

const insecure = z.boolean().default(false);

/**
 * A section of the configuration with an address that gets credentials or decides about plans. Plain http is refused,
 * except on the loopback interface, because others on the network could read and change it. `insecure: true` allows it.
 * @param field the field of the section that has the address.
 */
export function endpoint<Shape extends Record<string, z.ZodType>>(field: keyof Shape & string, shape: Shape) {
  return z.strictObject({ ...shape, insecure }).superRefine((section, context) => {
    const { [field]: address, insecure: allowed } = section as Record<string, unknown>;
    const isRefused =
      !allowed && typeof address === 'string' && URL.canParse(address) && !isProtected(new URL(address));
    if (isRefused) {
      const why = `${new URL(address).origin} is plain http`;
      context.addIssue({ code: 'custom', path: [field], message: refusal(why) });
    }
  });
}

/** The address on which the API listens, always with plain http. A proxy in front of it can add TLS. */
export const listenSchema = z
  .strictObject({ host: z.string(), port: z.int(), insecure })
  .refine(({ host, insecure: allowed }) => allowed || isLoopback(host), {
    path: ['host'],
    error: refusal('the API has no TLS, and this is no loopback address'),
  });

function refusal(why: string): string {
  return `${why}: others on the network can read its tokens. Use https or 127.0.0.1, or allow it with insecure: true`;
}

/** A section of the configuration, with the address that it allows without TLS. */
export interface Endpoint {
  name: string;
  address: string;
  insecure: boolean;
}

/** The addresses without TLS that the configuration allows, such as `vault http://vault.example:8200`. */
export function insecureAddresses(endpoints: readonly Endpoint[]): string[] {
  return endpoints
    .filter(({ address, insecure: allowed }) => allowed && !isProtected(new URL(address)))
    .map(({ name, address }) => `${name} ${new URL(address).origin}`);
}
