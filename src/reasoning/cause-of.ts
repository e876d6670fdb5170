import type { Alert } from '../domain/alert/alert.ts';
import type { Evidence } from '../domain/plan/evidence.ts';
import type { Cause } from '../domain/approval/dossier.ts';
import type { CauseMatcher, PlaybookCause } from '../domain/plan/playbook.ts';
import type { GivenParameters } from '../domain/approval/request.ts';

/** Labels by which alerts commonly say what they are about, and where that stands in the subject, by its kind. */
const subjectLabels: Record<string, Record<string, 'namespace' | 'name'>> = {
  Deployment: { namespace: 'namespace', deployment: 'name' },
  Node: { node: 'name' },
};

/** For what a playbook is considered. */
export interface Occasion {
  cause: Cause['kind'];
  alerts: readonly Alert[];
  /** Parameters that somebody gave; the playbook's evidence has to hold for them. */
  given: GivenParameters;
}

/** What expressions see as `alert` where nobody was alerted. */
const noAlert = { labels: {} };

/**
 * What starts a playbook: for alerts, among the firing ones that match one of its causes, the one that started first; an
 * alert that names another namespace, Deployment or node than the evidence is about is no cause. For those who ask, that the
 * playbook lists them.
 * @returns the alert as expressions see it, or undefined where nothing starts it.
 */
export function causeOf(
  causes: readonly PlaybookCause[],
  evidence: Evidence,
  { cause, alerts }: Occasion,
): Pick<Alert, 'labels'> | undefined {
  if (cause !== 'alert') return causes.includes(cause) ? noAlert : undefined;
  const matchers = causes.filter((each) => typeof each === 'object');
  return firstOf(matchers, evidence, alerts);
}

function firstOf(causes: readonly CauseMatcher[], evidence: Evidence, alerts: readonly Alert[]): Alert | undefined {
  const matching = alerts.filter(
    (alert) =>
      alert.status === 'firing' &&
      alert.cluster === evidence.cluster &&
      isAbout(alert, evidence) &&
      causes.some((cause) => matches(alert, cause)),
  );
  return matching.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))[0];
}

function matches({ labels }: Alert, cause: CauseMatcher): boolean {
  const wanted = Object.entries(cause.labels);
  return labels['alertname'] === cause.alert && wanted.every(([name, value]) => labels[name] === value);
}

function isAbout({ labels }: Alert, { subject }: Evidence): boolean {
  return Object.entries(subjectLabels[subject.kind] ?? {}).every(
    ([label, field]) => (labels[label] ?? subject[field]) === subject[field],
  );
}

function keyOf({ startsAt, fingerprint }: Alert): string {
  return `${new Date(startsAt).toISOString()} ${fingerprint}`;
}
