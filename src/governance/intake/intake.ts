import type { Inbox, SentAlerts, WebhookParser } from '../ports.ts';

/** The accepted formats of alerts. Each has its own path in the API. */
export type AlertFormat = 'alertmanager' | 'cloudevents';

/** What the intake needs from outside. */
export interface IntakeDeps {
  inbox: Inbox;
  parsers: Record<AlertFormat, WebhookParser>;
  /** A new trace id. Workflow, journal, ledger, patches and lease labels carry it. */
  newTrace: () => string;
  clock: () => Date;
}

/** The answer to the sender: all `received` alerts are stored, `stored` of them for the first time. */
export interface IntakeResult {
  trace: string;
  received: number;
  stored: number;
}

/** Takes in one call of a monitoring system for a cluster. */
export type Intake = (cluster: string, format: AlertFormat, sent: SentAlerts) => Promise<IntakeResult>;

/** Parses alerts and stores each once. The API may acknowledge them after that. */
export function createIntake({ inbox, parsers, newTrace, clock }: IntakeDeps): Intake {
  return async (cluster, format, sent) => {
    const webhook = parsers[format]({ cluster, at: clock() }, sent);
    const trace = newTrace();
    const stored = await inbox.store({ ...webhook, cluster, trace });
    return { trace, received: webhook.alerts.length, stored };
  };
}
