import { AirlockError } from '../../src/lib/error.ts';
import type { ClusterReader } from '../../src/observation/ports.ts';

/**
 * Wraps a reader. The errors of the wrapper say whether the lease has ended or a permission is missing.
 * - The lease has ended if a read succeeded before and is forbidden now. One reason: Vault also revokes a lease when the
 *   Vault token that requested the lease ends. Another reason: the cluster administrator deleted the ServiceAccount.
 * - A permission is missing if the read never succeeded. A new lease would have the same permissions.
 * @param onLost called when the lease has ended. The caller must then take a new lease for the next reader.
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
