import type { Inbox, SentAlerts, AlertParser } from '../ports.ts';

/** The alert formats of the API. Each format has its own path. */
export type AlertFormat = 'alertmanager' | 'cloudevents';

/** What the intake needs from outside. */
export interface IntakeDeps {
  inbox: Inbox;
  parsers: Record<AlertFormat, AlertParser>;
  /** Creates the trace id of a delivery. If the delivery opens an incident, the incident has the same trace id. */
  newTrace: () => string;
  clock: () => Date;
}

/** The answer to one webhook request of a monitoring system. */
export interface IntakeResult {
  /** Trace id of the alerts that this request added to the inbox. */
  trace: string;
  /** Number of alerts in the request. All of them are now in the inbox. */
  received: number;
  /** Number of alerts that this request added to the inbox. */
  stored: number;
}

/** Stores the alerts of one webhook request. @param cluster the cluster of the caller's bearer token. */
export type Intake = (cluster: string, format: AlertFormat, sent: SentAlerts) => Promise<IntakeResult>;

/** Creates the intake. The intake parses a webhook request and stores the alerts that are not yet in the inbox. */
export function createIntake({ inbox, parsers, newTrace, clock }: IntakeDeps): Intake {
  return async (cluster, format, sent) => {
    const parsed = parsers[format]({ cluster, at: clock() }, sent);
    const trace = newTrace();
    const stored = await inbox.store({ ...parsed, cluster, trace });
    return { trace, received: parsed.alerts.length, stored };
  };
}
