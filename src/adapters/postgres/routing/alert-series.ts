import type { Alert } from '../../../domain/alert/alert.ts';
import { digestOf, type Digest } from '../../../lib/digest.ts';

/**
 * Returns the digest of an alert's cluster, group and fingerprint. The digest stays the same when the alert resolves
 * and fires again.
 */
export function alertSeries(group: string, { cluster, fingerprint }: Alert): Digest {
  return digestOf([cluster, group, fingerprint]);
}
