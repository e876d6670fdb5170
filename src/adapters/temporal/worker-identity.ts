import { hostname } from 'node:os';
import { z } from 'zod';

const separator = ' insecure ';
/** Everybody who can reach Temporal can poll with any identity, so the lengths are limited. */
const addressesSchema = z.array(z.string().max(200)).max(20);

/**
 * Returns the identity of a worker, which Temporal shows with each poll: process id and host, as the SDK does, and the
 * addresses that the process uses without TLS. So `airlock status` knows these addresses of every process.
 */
export function workerIdentity(insecure: readonly string[]): string {
  const name = `${process.pid}@${hostname()}`;
  return insecure.length === 0 ? name : `${name}${separator}${JSON.stringify(insecure)}`;
}

/** Returns the addresses in a worker's identity; empty if there are none, or if their list is malformed. */
export function insecureIn(identity: string): string[] {
  const [, list] = identity.split(separator, 2);
  if (list === undefined) return [];
  try {
    return addressesSchema.safeParse(JSON.parse(list)).data ?? [];
  } catch {
    return [];
  }
}
