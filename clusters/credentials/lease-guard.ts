import { AirlockError } from '../../src/lib/error.ts';
import type { ClusterReader } from '../../src/observation/ports.ts';

/**
 * A reader that tells a lease's end from a missing right: what was allowed before and is forbidden now means that the
 * lease is gone (Vault revokes a lease with the token that took it, the target's owner may delete its account). A kind
 * that was never allowed stays forbidden: another lease would have no more rights.
 * @param lost called once that is seen; the next reader then has a lease of its own.
 * @throws AirlockError `read-lease-lost` (retry), and whatever the reader throws.
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
      const message = `${error.message}; it was allowed before, so the read lease is gone: try again with a new one`;
      throw new AirlockError({ code: 'read-lease-lost', message, next: 'retry' });
    }
  };
  return {
    list: (kind, namespace) => guarded(`list ${kind.apiVersion} ${kind.kind}`, reader.list(kind, namespace)),
    get: (ref) => guarded(`get ${ref.apiVersion} ${ref.kind}`, reader.get(ref)),
    version: () => guarded('version', reader.version()),
  };
}
