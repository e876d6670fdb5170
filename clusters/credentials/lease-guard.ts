import { AirlockError } from '../../src/lib/error.ts';
import type { ClusterReader } from '../../src/observation/ports.ts';

/**
 * Returns a reader that detects the loss of its read lease. A lease is lost if its credential no longer works. For
 * example, Vault has revoked the lease, or somebody has deleted the ServiceAccount of the lease. The API server forbids
 * a read in two cases: the lease is lost, or a permission is missing. The returned reader distinguishes these cases:
 * - An earlier read with the same verb and kind has succeeded: the lease counts as lost.
 * - No such read has succeeded: a permission counts as missing. A new lease would not help.
 * @param onLost called if the lease is lost. The caller must then take a new lease for the next reader.
 * @throws AirlockError `read-lease-lost` (retry) if the lease is lost. All other errors of `reader` pass unchanged.
 */
export function guardLease(reader: ClusterReader, onLost: () => void): ClusterReader {
  const succeeded = new Set<string>();
  const guarded = async <T>(operation: string, read: Promise<T>): Promise<T> => {
    try {
      const answer = await read;
      succeeded.add(operation);
      return answer;
    } catch (error) {
      const forbidden = error instanceof AirlockError && error.code === 'kubernetes-forbidden';
      if (!forbidden || !succeeded.has(operation)) throw error;
      onLost();
      const lost = 'the same kind of read succeeded before, so the read lease is lost; a retry takes a new lease';
      throw new AirlockError({ code: 'read-lease-lost', message: `${error.message}; ${lost}` });
    }
  };
  return {
    list: (kind, namespace) => guarded(`list ${kind.apiVersion} ${kind.kind}`, reader.list(kind, namespace)),
    get: (ref) => guarded(`get ${ref.apiVersion} ${ref.kind}`, reader.get(ref)),
    version: () => guarded('version', reader.version()),
  };
}
