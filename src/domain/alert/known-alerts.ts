import type { Alert } from './alert.ts';

/** What is known of an incident's alerts. The same alerts give the same answers, in any order and however often taken. */
export interface KnownAlerts {
  /** @returns those that say something new: not known, or known as firing and now resolved. */
  take(alerts: readonly Alert[]): Alert[];
  any(): boolean;
  /** True once every alert that fired is resolved. */
  resolved(): boolean;
  /** Those that fire first. */
  all(): Alert[];
  isFiring(alert: Alert): boolean;
  /** How often an alert fired again: starts of one fingerprint after its first. */
  flaps(): number;
}

/**
 * An alert that is resolved stays resolved, whatever comes late. One that has started again since is over, also where
 * nobody said that it resolved.
 * @param since instant before which starts are an earlier opening's flaps.
 */
export function createKnownAlerts(since?: string): KnownAlerts {
  const known = new Map<string, Alert>();
  const starts = new Map<string, Set<number>>();
  const latest = ({ fingerprint }: Alert): number => Math.max(...(starts.get(fingerprint) ?? []));
  const isFiring = (alert: Alert): boolean =>
    known.get(keyOf(alert))?.status === 'firing' && Date.parse(alert.startsAt) === latest(alert);
  const take = (alert: Alert): boolean => {
    const before = known.get(keyOf(alert))?.status;
    if (before === 'resolved' || before === alert.status) return false;
    known.set(keyOf(alert), alert);
    const all = starts.get(alert.fingerprint) ?? new Set();
    starts.set(alert.fingerprint, all.add(Date.parse(alert.startsAt)));
    return true;
  };
  return {
    isFiring,
    take: (alerts) => alerts.filter(take),
    any: () => known.size > 0,
    resolved: () => known.size > 0 && ![...known.values()].some(isFiring),
    all() {
      const { firing = [], over = [] } = Object.groupBy(known.values(), (alert) =>
        isFiring(alert) ? 'firing' : 'over',
      );
      return [...firing, ...over];
    },
    flaps() {
      const from = since === undefined ? -Infinity : Date.parse(since);
      const counts = [...starts.values()].map((all) => [...all].filter((start) => start >= from).length);
      return counts.reduce((sum, count) => sum + Math.max(0, count - 1), 0);
    },
  };
}

/** What an alert is known by within one cluster. */
export function keyOf({ fingerprint, startsAt }: Alert): string {
  return JSON.stringify([fingerprint, startsAt]);
}
