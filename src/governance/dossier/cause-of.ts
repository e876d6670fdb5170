import type { Alert } from '../../domain/alert/alert.ts';
import type { Asked, Cause } from '../../domain/approval/dossier.ts';
import { visible } from '../../lib/escape-for-terminal.ts';
import { alertName } from '../intake/alert-name.ts';

/** Why an incident exists, made safe for display: what was asked for, else its alerts. */
export function causeOf(alerts: readonly Alert[], asked?: Asked): Cause {
  if (asked) return { ...asked, name: visible(asked.name) };
  const fingerprints = [...new Set(alerts.map((alert) => alert.fingerprint))];
  return { kind: 'alert', name: alertName(alerts), fingerprints };
}
