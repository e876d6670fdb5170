import type { Alert } from '../../../domain/alert/alert.ts';
import { digestOf, type Digest } from '../../../lib/digest.ts';

/**
 * Returns the digest that identifies an alert's series: all alerts with the same cluster, group and fingerprint.
 * @param group key of the alert group.
 */
export function alertSeriesDigest(group: string, { cluster, fingerprint }: Alert): Digest {
  return digestOf([cluster, group, fingerprint]);
}
