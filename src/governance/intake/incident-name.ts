import type { Alert } from '../../domain/alert/alert.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';

/** Returns the displayed name of an incident: the names of its alerts, at most five, escaped for display. */
export function incidentName(alerts: readonly Alert[]): string {
  const names = new Set(alerts.map((alert) => escapeForTerminal(alert.labels['alertname'] ?? 'unnamed').slice(0, 100)));
  return [...names].slice(0, 5).join(', ');
}
