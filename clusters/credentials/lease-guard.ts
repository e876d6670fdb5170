import { AirlockError } from '../../src/lib/error.ts';
import type { ClusterReader } from '../../src/observation/ports.ts';

/**
 * Wraps a reader, so that its errors distinguish an ended lease from a missing permission. If a read succeeded before
 * and is forbidden now, the lease has ended: Vault revokes a lease together with the Vault token that requested it, and
 * the cluster administrator may delete the ServiceAccount of the lease. If a kind was never readable, the lease is not
 * the reason: a new lease would have the same permissions.
 * @param onLost Callback. It is called when the lease has ended, so that the next reader gets a new lease.
 * @throws AirlockError `read-lease-lost` (retry), and every error of the reader.
 */
export function guardLease(reader: ClusterReader, onLost: () => void): ClusterReader {
  const allowed = new Set<string>();
  const guarded = async <T>(request: string, call: Promise<T>): Promise<T> => {
    try {
      const answer = await call;
      allowed.add(request);
      return answer;
    } catch (error) {
      const forbidden = error instanceof AirlockError && error.code === 'kubernetes-forbidden';
      if (!forbidden || !allowed.has(request)) throw error;
      onLost();
      const message = `${error.message}; it was allowed before, so the read lease has ended; a retry takes a new lease`;
      throw new AirlockError({ code: 'read-lease-lost', message });
    }
  };
  return {
    list: (kind, namespace) => guarded(`list ${kind.apiVersion} ${kind.kind}`, reader.list(kind, namespace)),
    get: (ref) => guarded(`get ${ref.apiVersion} ${ref.kind}`, reader.get(ref)),
    version: () => guarded('version', reader.version()),
  };
}
