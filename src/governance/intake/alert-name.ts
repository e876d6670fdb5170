import type { Alert } from '../../domain/alert/alert.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';

/** A name for people: the alerts' names, at most five, safe to display. */
export function alertName(alerts: readonly Alert[]): string {
  const names = new Set(alerts.map((alert) => escapeForTerminal(alert.labels['alertname'] ?? 'unnamed').slice(0, 100)));
  return [...names].slice(0, 5).join(', ');
}
