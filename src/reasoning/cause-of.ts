import type { Alert } from '../domain/alert.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { CauseMatcher } from '../domain/playbook.ts';

/** Labels by which alerts commonly say what they are about, and where that stands in the subject, by its kind. */
const subjectLabels: Record<string, Record<string, 'namespace' | 'name'>> = {
  Deployment: { namespace: 'namespace', deployment: 'name' },
  Node: { node: 'name' },
};

/**
 * The alert for which a playbook is considered: among the firing ones that match one of its causes, the one that started
 * first. An alert that names another namespace, Deployment or node than the evidence is about is no cause.
 */
export function causeOf(
  causes: readonly CauseMatcher[],
  evidence: Evidence,
  alerts: readonly Alert[],
): Alert | undefined {
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
