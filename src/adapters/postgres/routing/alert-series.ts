import type { Alert } from '../../../domain/alert/alert.ts';
import { digestOf, type Digest } from '../../../lib/digest.ts';

/**
 * Digest of an alert's cluster, group and fingerprint. It stays the same each time that the alert fires and resolves.
 */
export function alertSeries(group: string, { cluster, fingerprint }: Alert): Digest {
  return digestOf([cluster, group, fingerprint]);
}
