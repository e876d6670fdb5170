import type { Alert } from '../../domain/alert/alert.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';

/** The name of an incident for people: at most five names of its alerts, safe to display. */
export function alertName(alerts: readonly Alert[]): string {
  const names = new Set(alerts.map((alert) => escapeForTerminal(alert.labels['alertname'] ?? 'unnamed').slice(0, 100)));
  return [...names].slice(0, 5).join(', ');
}
