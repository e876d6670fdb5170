import type { Alert } from '../../domain/alert/alert.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';

/**
 * Returns the displayed name of an incident that alerts opened: at most five different values of the label `alertname`.
 * Each value is escaped for display and then cut to 100 characters.
 */
export function incidentName(alerts: readonly Alert[]): string {
  const names = new Set(alerts.map((alert) => escapeForTerminal(alert.labels['alertname'] ?? 'unnamed').slice(0, 100)));
  return [...names].slice(0, 5).join(', ');
}
