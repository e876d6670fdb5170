import type { Inbox, SentAlerts, WebhookParser } from '../ports.ts';

/** The accepted formats of alerts. Each has its own path in the API. */
export type AlertFormat = 'alertmanager' | 'cloudevents';

/** What the intake needs from outside. */
export interface IntakeDeps {
  inbox: Inbox;
  parsers: Record<AlertFormat, WebhookParser>;
  /** Creates a trace id. The workflow, the journal, the ledger, patches and leases of the incident contain this id. */
  newTrace: () => string;
  clock: () => Date;
}

/**
 * The answer to the sender. `received` counts the alerts of the request. All of them are in the inbox now; `stored`
 * counts those that were not in the inbox before.
 */
export interface IntakeResult {
  trace: string;
  received: number;
  stored: number;
}

/** Takes in one webhook request of a monitoring system. @param cluster the cluster that the sender's token is for. */
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
