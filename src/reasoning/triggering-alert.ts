import type { Alert } from '../domain/alert/alert.ts';
import type { Evidence } from '../domain/plan/evidence.ts';
import type { Cause } from '../domain/approval/dossier.ts';
import type { AlertMatcher, PlaybookCause } from '../domain/plan/playbook.ts';
import type { GivenParameters } from '../domain/approval/request.ts';

/**
 * For each kind of subject: the alert labels that can identify the subject. For each label: the field of the subject
 * that has the same value. An alert about Deployment shop/web can have `namespace: shop` and `deployment: web`.
 */
const subjectLabels: Record<string, Record<string, 'namespace' | 'name'>> = {
  Deployment: { namespace: 'namespace', deployment: 'name' },
  Node: { node: 'name' },
};

/** Why a playbook is evaluated, and with which parameters. */
export interface PlaybookTrigger {
  /** What opened the incident. */
  cause: Cause['kind'];
  /** The alerts of the incident. Used only if the cause is `alert`. */
  alerts: readonly Alert[];
  /** Parameters from a request, a schedule or an edit. The playbook's conditions must hold with these parameters. */
  supplied: GivenParameters;
}

/** Replaces the alert if a request or a schedule triggers the playbook. */
const alertWithoutLabels = { labels: {} };

/**
 * Returns the alert that the playbook's expressions can use. If alerts opened the incident, this is the earliest firing
 * alert that matches one of the playbook's causes. Alerts about another object than the incident's subject are ignored.
 * If a request or a schedule opened the incident, the returned alert has no labels.
 * @param causes the causes of the playbook.
 * @returns undefined if none of the causes matches.
 */
export function triggeringAlert(
  causes: readonly PlaybookCause[],
  evidence: Evidence,
  { cause, alerts }: PlaybookTrigger,
): Pick<Alert, 'labels'> | undefined {
  if (cause !== 'alert') return causes.includes(cause) ? alertWithoutLabels : undefined;
  const matchers = causes.filter((each) => typeof each === 'object');
  return earliestMatch(matchers, evidence, alerts);
}

function earliestMatch(
  matchers: readonly AlertMatcher[],
  evidence: Evidence,
  alerts: readonly Alert[],
): Alert | undefined {
  const matching = alerts.filter(
    (alert) =>
      alert.status === 'firing' &&
      alert.cluster === evidence.cluster &&
      isAbout(alert, evidence) &&
      matchers.some((matcher) => matches(alert, matcher)),
  );
  return matching.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))[0];
}

function matches({ labels }: Alert, matcher: AlertMatcher): boolean {
  const required = Object.entries(matcher.labels);
  return labels['alertname'] === matcher.alert && required.every(([name, value]) => labels[name] === value);
}

/** Returns false if a label in `subjectLabels` differs from the subject. A label that the alert lacks is ignored. */
function isAbout({ labels }: Alert, { subject }: Evidence): boolean {
  return Object.entries(subjectLabels[subject.kind] ?? {}).every(
    ([label, field]) => (labels[label] ?? subject[field]) === subject[field],
  );
}

function sortKey({ startsAt, fingerprint }: Alert): string {
  return `${new Date(startsAt).toISOString()} ${fingerprint}`;
}
