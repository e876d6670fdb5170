import type { Alert } from './alert.ts';

/** The alerts of one incident. Alerts may be added in any order and more than once. */
export interface KnownAlerts {
  /**
   * Adds alerts.
   * @returns those of the given alerts that change something. An alert changes something if it was not known, or if it
   * is resolved and was known as firing.
   */
  add(alerts: readonly Alert[]): Alert[];
  /** Returns true if at least one alert was added. */
  hasAlerts(): boolean;
  /** Returns true if at least one alert was added and no alert is firing. */
  allEnded(): boolean;
  /** Returns all added alerts: first the firing alerts, then all others. */
  all(): Alert[];
  /**
   * Returns true if the alert was added and has not ended. An alert has ended if it was added with status `resolved`,
   * or if an alert with the same fingerprint and a later start was added.
   */
  isFiring(alert: Alert): boolean;
  /**
   * Returns how often alerts fired again in the current occurrence. An occurrence is a period in which the incident is
   * open. A fingerprint with n different starts fired again n - 1 times.
   */
  flaps(): number;
}

/**
 * Creates an empty set of alerts.
 * @param occurrenceStart start of the current occurrence, ISO 8601. `flaps` ignores all starts before this time. Absent
 * in the first occurrence.
 */
export function createKnownAlerts(occurrenceStart?: string): KnownAlerts {
  const known = new Map<string, Alert>();
  const starts = new Map<string, Set<number>>();
  const latestStart = ({ fingerprint }: Alert): number => Math.max(...(starts.get(fingerprint) ?? []));
  const isFiring = (alert: Alert): boolean =>
    known.get(keyOf(alert))?.status === 'firing' && Date.parse(alert.startsAt) === latestStart(alert);
  const addOne = (alert: Alert): boolean => {
    const knownStatus = known.get(keyOf(alert))?.status;
    // The firing alert can arrive after the resolved alert. Then the alert stays resolved.
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
    allEnded: () => known.size > 0 && ![...known.values()].some(isFiring),
    all() {
      const { firing = [], ended = [] } = Object.groupBy(known.values(), (alert) =>
        isFiring(alert) ? 'firing' : 'ended',
      );
      return [...firing, ...ended];
    },
    flaps() {
      const countedFrom = occurrenceStart === undefined ? -Infinity : Date.parse(occurrenceStart);
      const counts = [...starts.values()].map((each) => [...each].filter((start) => start >= countedFrom).length);
      return counts.reduce((sum, count) => sum + Math.max(0, count - 1), 0);
    },
  };
}

/** Returns a key that identifies the alert within its cluster. */
export function keyOf({ fingerprint, startsAt }: Alert): string {
  return JSON.stringify([fingerprint, startsAt]);
}
