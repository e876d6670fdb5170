import type { Alert } from '../domain/alert/alert.ts';
import type { Evidence } from '../domain/plan/evidence.ts';
import type { Cause } from '../domain/approval/dossier.ts';
import type { CauseMatcher, PlaybookCause } from '../domain/plan/playbook.ts';
import type { GivenParameters } from '../domain/approval/request.ts';

/**
 * For each kind of object: the labels with which an alert names such an object. An alert about Deployment shop/web, for
 * example, has the labels `namespace: shop` and `deployment: web`.
 */
const subjectLabels: Record<string, Record<string, 'namespace' | 'name'>> = {
  Deployment: { namespace: 'namespace', deployment: 'name' },
  Node: { node: 'name' },
};

/** The reason to evaluate a playbook: the alerts of an incident, a person's request or a schedule. */
export interface PlaybookTrigger {
  cause: Cause['kind'];
  alerts: readonly Alert[];
  /** Parameters that a request or an edit supplies. The playbook's conditions must hold with these parameters. */
  supplied: GivenParameters;
}

/** The value of `alert` in expressions if a request or a schedule triggers the playbook. */
const noAlert = { labels: {} };

/**
 * Returns the alert that triggers a playbook: the variable `alert` of the playbook's expressions. If several firing
 * alerts match the playbook's causes, the earliest is returned. Alerts about another object than the incident's subject
 * are ignored. A request or a schedule triggers a playbook if the playbook's causes contain `person` or `schedule`: the
 * returned alert then has no labels.
 * @returns undefined if nothing triggers the playbook.
 */
export function triggeringAlert(
  causes: readonly PlaybookCause[],
  evidence: Evidence,
  { cause, alerts }: PlaybookTrigger,
): Pick<Alert, 'labels'> | undefined {
  if (cause !== 'alert') return causes.includes(cause) ? noAlert : undefined;
  const matchers = causes.filter((each) => typeof each === 'object');
  return firstMatch(matchers, evidence, alerts);
}

function firstMatch(causes: readonly CauseMatcher[], evidence: Evidence, alerts: readonly Alert[]): Alert | undefined {
  const matching = alerts.filter(
    (alert) =>
      alert.status === 'firing' &&
      alert.cluster === evidence.cluster &&
      isAbout(alert, evidence) &&
      causes.some((cause) => matches(alert, cause)),
  );
  return matching.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))[0];
}

function matches({ labels }: Alert, cause: CauseMatcher): boolean {
  const required = Object.entries(cause.labels);
  return labels['alertname'] === cause.alert && required.every(([name, value]) => labels[name] === value);
}

/** Returns false if a label of the alert names another object than the subject. A missing label does not matter. */
function isAbout({ labels }: Alert, { subject }: Evidence): boolean {
  return Object.entries(subjectLabels[subject.kind] ?? {}).every(
    ([label, field]) => (labels[label] ?? subject[field]) === subject[field],
  );
}

function sortKey({ startsAt, fingerprint }: Alert): string {
  return `${new Date(startsAt).toISOString()} ${fingerprint}`;
}
