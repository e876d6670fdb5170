import type { Alert } from '../domain/alert.ts';
import type { Asked, Cause } from '../domain/dossier.ts';
import { visible } from '../domain/visible.ts';
import { alertName } from './alert-name.ts';

/** Why an incident exists, made safe for display: what was asked for, else its alerts. */
export function causeOf(alerts: readonly Alert[], asked?: Asked): Cause {
  if (asked) return { ...asked, name: visible(asked.name) };
  const fingerprints = [...new Set(alerts.map((alert) => alert.fingerprint))];
  return { kind: 'alert', name: alertName(alerts), fingerprints };
}
