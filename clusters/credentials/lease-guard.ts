import { AirlockError } from '../../src/lib/error.ts';
import type { ClusterReader } from '../../src/observation/ports.ts';

/**
 * Wraps a reader. If the API server forbids a read, the wrapper finds out whether the lease has ended:
 * - The verb and kind of the read were allowed before: the lease has ended. For example, Vault revokes a lease when the
 *   Vault token that requested the lease ends, or the cluster administrator deleted the ServiceAccount.
 * - The verb and kind were never allowed: a permission is missing. A new lease would not help.
 * @param onLost called when the lease has ended. The caller must then take a new lease for the next reader.
 * @throws AirlockError `read-lease-lost` (retry) if the lease has ended, and every other error of the reader.
 */
export function guardLease(reader: ClusterReader, onLost: () => void): ClusterReader {
  const allowed = new Set<string>();
  const guarded = async <T>(verbAndKind: string, call: Promise<T>): Promise<T> => {
    try {
      const answer = await call;
      allowed.add(verbAndKind);
      return answer;
    } catch (error) {
      const forbidden = error instanceof AirlockError && error.code === 'kubernetes-forbidden';
      if (!forbidden || !allowed.has(verbAndKind)) throw error;
      onLost();
      const message = `${error.message}; such a read was allowed before, so the read lease has ended; a retry takes a new lease`;
      throw new AirlockError({ code: 'read-lease-lost', message });
    }
  };
  return {
    list: (kind, namespace) => guarded(`list ${kind.apiVersion} ${kind.kind}`, reader.list(kind, namespace)),
    get: (ref) => guarded(`get ${ref.apiVersion} ${ref.kind}`, reader.get(ref)),
    version: () => guarded('version', reader.version()),
  };
}
