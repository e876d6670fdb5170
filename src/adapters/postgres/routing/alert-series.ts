import type { Alert } from '../../../domain/alert/alert.ts';
import { digestOf, type Digest } from '../../../lib/digest.ts';

/** Digest that all occurrences of one alert share: of its cluster, group and fingerprint. */
export function alertSeries(group: string, { cluster, fingerprint }: Alert): Digest {
  return digestOf([cluster, group, fingerprint]);
}
