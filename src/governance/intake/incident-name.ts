import type { Alert } from '../../domain/alert/alert.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';

const maxNames = 5;
const maxLength = 100;

/**
 * Returns the displayed name of an incident that alerts opened: at most five different values of the label `alertname`,
 * and how many more there are. Each value is escaped for display. A value of more than 100 characters is cut and ends in
 * `...`.
 */
export function incidentName(alerts: readonly Alert[]): string {
  const names = [...new Set(alerts.map((alert) => escapeForTerminal(alert.labels['alertname'] ?? 'unnamed')))];
  const shown = names.slice(0, maxNames).map(cut).join(', ');
  return names.length > maxNames ? `${shown} and ${names.length - maxNames} more` : shown;
}

function cut(name: string): string {
  return name.length > maxLength ? `${name.slice(0, maxLength)}...` : name;
}
