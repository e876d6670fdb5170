import type { Alert } from './alert.ts';

/** The alerts of one incident. The answers depend on the set of alerts, not on their order, and duplicates change nothing. */
export interface KnownAlerts {
  /** Adds alerts. @returns those that are new: unknown, or known as firing and now resolved. */
  add(alerts: readonly Alert[]): Alert[];
  any(): boolean;
  /** True once there is an alert and none fires. */
  resolved(): boolean;
  /** All alerts; those that fire come first. */
  all(): Alert[];
  isFiring(alert: Alert): boolean;
  /** How often alerts fired again: the starts of each fingerprint after its first. */
  flaps(): number;
}

/**
 * A resolved alert stays resolved, also if a firing copy of it arrives late. An alert whose fingerprint has started again
 * has ended, also if its resolution never arrived.
 * @param since start of the current occurrence. Earlier starts were counted as flaps of earlier occurrences.
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
    add: (alerts) => alerts.filter(take),
    any: () => known.size > 0,
    resolved: () => known.size > 0 && ![...known.values()].some(isFiring),
    all() {
      const { firing = [], ended = [] } = Object.groupBy(known.values(), (alert) =>
        isFiring(alert) ? 'firing' : 'ended',
      );
      return [...firing, ...ended];
    },
    flaps() {
      const from = since === undefined ? -Infinity : Date.parse(since);
      const counts = [...starts.values()].map((all) => [...all].filter((start) => start >= from).length);
      return counts.reduce((sum, count) => sum + Math.max(0, count - 1), 0);
    },
  };
}

/** Identifies an alert within one cluster. */
export function keyOf({ fingerprint, startsAt }: Alert): string {
  return JSON.stringify([fingerprint, startsAt]);
}
