import { badInput } from '../domain/error.ts';
import type { Inbox, WebhookParser } from './ports.ts';

export interface IntakeDeps {
  inbox: Inbox;
  /** By name of the source's format, as the route names it. */
  parsers: Record<string, WebhookParser>;
  /** A new trace id; it travels through workflow, journal, ledger, patches and lease labels. */
  newTrace: () => string;
}

/** What the sender is told: everything that it sent is stored, `stored` of it for the first time. */
export interface Taken {
  trace: string;
  received: number;
  stored: number;
}

export type Intake = (cluster: string, format: string, body: Uint8Array) => Promise<Taken>;

/** Takes alerts in: parsed, stored durably, each once. Only then may the sender be told so. */
export function createIntake({ inbox, parsers, newTrace }: IntakeDeps): Intake {
  return async (cluster, format, body) => {
    const parse = parsers[format];
    if (!parse) throw badInput('format', 'is not one of the formats that are taken');
    const webhook = parse(cluster, body);
    const trace = newTrace();
    const stored = await inbox.store({ ...webhook, cluster, trace });
    return { trace, received: webhook.alerts.length, stored };
  };
}
