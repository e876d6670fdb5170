import type { Alert } from '../../../domain/alert/alert.ts';
import { digestOf, type Digest } from '../../../lib/digest.ts';

/** What an alert's starts have in common: one fingerprint in one group of one cluster. */
export function alertSeries(group: string, { cluster, fingerprint }: Alert): Digest {
  return digestOf([cluster, group, fingerprint]);
}
