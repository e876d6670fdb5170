import type { Alert } from '../../domain/alert/alert.ts';
import type { RequestCause, Cause } from '../../domain/approval/dossier.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import { incidentName } from '../intake/incident-name.ts';

/**
 * Returns the cause of an incident: the person's request or the schedule in `requestCause`, or the alerts if
 * `requestCause` is absent. The name of the cause is escaped for display.
 */
export function causeOf(alerts: readonly Alert[], requestCause?: RequestCause): Cause {
  if (requestCause) return { ...requestCause, name: escapeForTerminal(requestCause.name) };
  const fingerprints = [...new Set(alerts.map((alert) => alert.fingerprint))];
  return { kind: 'alert', name: incidentName(alerts), fingerprints };
}
