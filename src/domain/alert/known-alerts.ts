import type { Alert } from './alert.ts';

/** The alerts of one incident. The order in which alerts are added does not matter, and duplicates change nothing. */
export interface KnownAlerts {
  /** @returns the alerts that changed something: they were unknown, or they were firing and are now resolved. */
  add(alerts: readonly Alert[]): Alert[];
  /** Returns true once an alert has been added. */
  hasAlerts(): boolean;
  /** Returns true if at least one alert has been added and no alert is firing. */
  allResolved(): boolean;
  /** Returns all alerts, the firing alerts first. */
  all(): Alert[];
  /** Returns true if the alert has been added, is not resolved, and its fingerprint has no later start. */
  isFiring(alert: Alert): boolean;
  /**
   * Returns how often alerts fired again in this occurrence. For each fingerprint, every different start except the
   * first counts.
   */
  flaps(): number;
}

/**
 * Creates an empty set of alerts. A resolved alert stays resolved, even if a firing copy of the alert arrives later. An
 * alert counts as ended as soon as an alert with its fingerprint and a later start is added.
 * @param occurrenceStart start of the current occurrence of the incident, ISO 8601. `flaps` ignores earlier starts,
 * because earlier occurrences have counted them.
 */
export function createKnownAlerts(occurrenceStart?: string): KnownAlerts {
  const known = new Map<string, Alert>();
  const starts = new Map<string, Set<number>>();
  const latestStart = ({ fingerprint }: Alert): number => Math.max(...(starts.get(fingerprint) ?? []));
  const isFiring = (alert: Alert): boolean =>
    known.get(keyOf(alert))?.status === 'firing' && Date.parse(alert.startsAt) === latestStart(alert);
  const addOne = (alert: Alert): boolean => {
    const knownStatus = known.get(keyOf(alert))?.status;
    if (knownStatus === 'resolved' || knownStatus === alert.status) return false;
    known.set(keyOf(alert), alert);
    const startsOfFingerprint = starts.get(alert.fingerprint) ?? new Set();
    starts.set(alert.fingerprint, startsOfFingerprint.add(Date.parse(alert.startsAt)));
    return true;
  };
  return {
    isFiring,
    add: (alerts) => alerts.filter(addOne),
    hasAlerts: () => known.size > 0,
    allResolved: () => known.size > 0 && ![...known.values()].some(isFiring),
    all() {
      const { firing = [], ended = [] } = Object.groupBy(known.values(), (alert) =>
        isFiring(alert) ? 'firing' : 'ended',
      );
      return [...firing, ...ended];
    },
    flaps() {
      const countedFrom = occurrenceStart === undefined ? -Infinity : Date.parse(occurrenceStart);
      const counts = [...starts.values()].map((all) => [...all].filter((start) => start >= countedFrom).length);
      return counts.reduce((sum, count) => sum + Math.max(0, count - 1), 0);
    },
  };
}

/** Returns a key that identifies the alert within its cluster. */
export function keyOf({ fingerprint, startsAt }: Alert): string {
  return JSON.stringify([fingerprint, startsAt]);
}
