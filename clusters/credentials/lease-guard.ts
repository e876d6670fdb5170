import { AirlockError } from '../../src/lib/error.ts';
import type { ClusterReader } from '../../src/observation/ports.ts';

/**
 * Wraps a reader so that it tells the end of its lease from a missing right. A read that succeeded before and is forbidden
 * now means that the lease has ended: Vault revokes a lease with the token that took it, and the cluster's administrator
 * may delete its ServiceAccount. A kind that was never allowed stays forbidden: another lease would have the same rights.
 * @param lost is called when that happens; the next reader then takes a new lease.
 * @throws AirlockError `read-lease-lost` (retry), and every error of the reader.
 */
export function guardLease(reader: ClusterReader, lost: () => void): ClusterReader {
  const allowed = new Set<string>();
  const guarded = async <T>(what: string, call: Promise<T>): Promise<T> => {
    try {
      const answer = await call;
      allowed.add(what);
      return answer;
    } catch (error) {
      const forbidden = error instanceof AirlockError && error.code === 'kubernetes-forbidden';
      if (!forbidden || !allowed.has(what)) throw error;
      lost();
      const message = `${error.message}; it was allowed before, so the read lease has ended: try again with a new one`;
      throw new AirlockError({ code: 'read-lease-lost', message });
    }
  };
  return {
    list: (kind, namespace) => guarded(`list ${kind.apiVersion} ${kind.kind}`, reader.list(kind, namespace)),
    get: (ref) => guarded(`get ${ref.apiVersion} ${ref.kind}`, reader.get(ref)),
    version: () => guarded('version', reader.version()),
  };
}
