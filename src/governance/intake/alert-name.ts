import type { Alert } from '../../domain/alert/alert.ts';
import { visible } from '../../lib/escape-for-terminal.ts';

/** The names of alerts as one word for people, made safe for display. */
export function alertName(alerts: readonly Alert[]): string {
  const names = new Set(alerts.map((alert) => visible(alert.labels['alertname'] ?? 'unnamed').slice(0, 100)));
  return [...names].slice(0, 5).join(', ');
}
