import type { CommandResult } from '../../demo/command.ts';
import { decide } from '../../demo/decide.ts';
import type { StackClient } from '../../demo/stack-client.ts';
import { omitUndefined } from '../../src/lib/omit-undefined.ts';
import type { IncidentView } from '../../src/domain/incident/incident-view.ts';
import type { JournalRecord, RecordKind } from '../../src/domain/journal/journal.ts';

/** An alert of a test. */
export interface TestAlert {
  target: string;
  alert: string;
  /** A Deployment of namespace shop; without it `node` is set. */
  deployment?: string;
  node?: string;
  /** Alerts of another severity are another group. They open a new incident instead of reopening the last one. */
  severity?: string;
}

/** One incident, followed and decided through the API and the CLI. */
export interface TestIncident {
  id: string;
  /** Its records as of the last call. */
  records: JournalRecord[];
  /** Waits for a record of that kind and returns the first. */
  recordOf(kind: RecordKind): Promise<JournalRecord>;
  /** A test user approves or denies the offered dossier with the CLI. With `tokenOnly` the decision is not sent. */
  decide(verb: 'approve' | 'deny', user: string, tokenOnly?: boolean): Promise<CommandResult>;
  /** Waits for the end of the incident and returns its outcome. */
  outcome(): Promise<NonNullable<IncidentView['outcome']>>;
}

/** An incident that an alert opened. */
export interface AlertedIncident extends TestIncident {
  /** Sends the alert as resolved. @returns the HTTP status. */
  resolve(): Promise<number>;
}

/** Sends a firing alert and returns the incident that it opens. */
export async function openIncident(
  client: StackClient,
  { target, alert, ...object }: TestAlert,
): Promise<AlertedIncident> {
  const since = new Date();
  const firing = {
    labels: { alertname: alert, ...omitUndefined({ namespace: object.deployment && 'shop' }), ...object },
    annotations: {},
    startsAt: since.toISOString(),
  };
  const status = await client.alert(target, firing);
  if (status !== 202) throw new Error(`serve answered the alert with ${status}`);
  const { id } = await client.incidentOf(target, since, alert, firing.labels);
  const resolve = (): Promise<number> => client.alert(target, { ...firing, status: 'resolved' });
  return Object.assign(followIncident(client, id), { resolve });
}

/** Follows an incident that is already open. */
export function followIncident(client: StackClient, id: string): TestIncident {
  const incident: TestIncident = {
    id,
    records: [],
    async recordOf(kind) {
      incident.records = await client.follow(
        id,
        () => undefined,
        (record) => record.kind === kind,
      );
      const found = incident.records.find((record) => record.kind === kind);
      if (found) return found;
      throw new Error(`${id} closed without ${kind}: ${incident.records.at(-1)?.message}`);
    },
    async decide(verb, user, tokenOnly = false) {
      await incident.recordOf('dossier.offered');
      const dossier = (await client.api.incident(id)).dossier?.digest ?? '';
      const reason = `${verb} in a test${tokenOnly ? ', by another channel' : ''}`;
      return decide(client, { verb, incident: id, dossier, reason, user: client.user(user), tokenOnly });
    },
    async outcome() {
      incident.records = await client.follow(id, () => undefined);
      const { outcome } = await client.api.incident(id);
      if (!outcome) throw new Error(`${id} has no outcome`);
      return outcome;
    },
  };
  return incident;
}
