import type { Inbox, SentAlerts, WebhookParser } from '../ports.ts';

/** The formats of alerts that the API accepts. Each format has its own path. */
export type AlertFormat = 'alertmanager' | 'cloudevents';

/** What the intake needs from outside. */
export interface IntakeDeps {
  inbox: Inbox;
  parsers: Record<AlertFormat, WebhookParser>;
  /** Creates a trace id. The workflow, the journal, the ledger, patches and leases of the incident contain this id. */
  newTrace: () => string;
  clock: () => Date;
}

/** The answer to the monitoring system that sent a webhook request. */
export interface IntakeResult {
  trace: string;
  /** Number of alerts in the request. All of them are in the inbox now. */
  received: number;
  /** Number of alerts in the request that were not in the inbox before. */
  stored: number;
}

/** Stores the alerts of one webhook request. @param cluster the cluster that the sender's token is for. */
export type Intake = (cluster: string, format: AlertFormat, sent: SentAlerts) => Promise<IntakeResult>;

/**
 * Creates the intake. The intake parses alerts and stores each alert once. The API acknowledges alerts only after they
 * are stored.
 */
export function createIntake({ inbox, parsers, newTrace, clock }: IntakeDeps): Intake {
  return async (cluster, format, sent) => {
    const webhook = parsers[format]({ cluster, at: clock() }, sent);
    const trace = newTrace();
    const stored = await inbox.store({ ...webhook, cluster, trace });
    return { trace, received: webhook.alerts.length, stored };
  };
}
