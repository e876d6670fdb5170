import type { Inbox, SentAlerts, WebhookParser } from '../ports.ts';

/** The formats in which alerts are taken; each has an address of its own. */
export type AlertFormat = 'alertmanager' | 'cloudevents';

export interface IntakeDeps {
  inbox: Inbox;
  parsers: Record<AlertFormat, WebhookParser>;
  /** A new trace id; it travels through workflow, journal, ledger, patches and lease labels. */
  newTrace: () => string;
  clock: () => Date;
}

/** What the sender is told: everything that it sent is stored, `stored` of it for the first time. */
export interface Taken {
  trace: string;
  received: number;
  stored: number;
}

export type Intake = (cluster: string, format: AlertFormat, sent: SentAlerts) => Promise<Taken>;

/** Takes alerts in: parsed, stored durably, each once. Only then may the sender be told so. */
export function createIntake({ inbox, parsers, newTrace, clock }: IntakeDeps): Intake {
  return async (cluster, format, sent) => {
    const webhook = parsers[format]({ cluster, at: clock() }, sent);
    const trace = newTrace();
    const stored = await inbox.store({ ...webhook, cluster, trace });
    return { trace, received: webhook.alerts.length, stored };
  };
}
