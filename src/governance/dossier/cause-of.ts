import type { Alert } from '../../domain/alert/alert.ts';
import type { RequestCause, Cause } from '../../domain/approval/dossier.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import { alertName } from '../intake/alert-name.ts';

/** The cause of an incident, safe to display: its request or schedule, otherwise its alerts. */
export function causeOf(alerts: readonly Alert[], requestCause?: RequestCause): Cause {
  if (requestCause) return { ...requestCause, name: escapeForTerminal(requestCause.name) };
  const fingerprints = [...new Set(alerts.map((alert) => alert.fingerprint))];
  return { kind: 'alert', name: alertName(alerts), fingerprints };
}
