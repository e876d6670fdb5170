import type { Ended } from '../../demo/command.ts';
import { decide } from '../../demo/decide.ts';
import type { Stage } from '../../demo/stage.ts';
import type { IncidentView } from '../../src/domain/incident/incident-view.ts';
import type { JournalRecord, RecordKind } from '../../src/domain/journal/journal.ts';

/** What an alert of a test is about. */
export interface About {
  target: string;
  alert: string;
  /** Of namespace shop; else the node. */
  deployment?: string;
  node?: string;
  /** Alerts of another severity are another group: an incident of their own, not the last one open again. */
  severity?: string;
}

/** One incident, driven from outside. */
export interface Driven {
  id: string;
  /** Every record so far. */
  records: JournalRecord[];
  /** Follows until a record of that kind. */
  until(kind: RecordKind): Promise<JournalRecord>;
  /** Has a test user approve or deny the offered dossier, with the real command; with `proofOnly` nothing is sent. */
  decides(verb: 'approve' | 'deny', user: string, proofOnly?: boolean): Promise<Ended>;
  /** Follows to the end. */
  ending(): Promise<NonNullable<IncidentView['outcome']>>;
}

/** One that an alert opened. */
export interface Alerted extends Driven {
  /** Says that the alert resolved. @returns the HTTP status. */
  resolve(): Promise<number>;
}

/** Sends a firing alert and returns its incident. */
export async function openIncident(stage: Stage, { target, alert, ...about }: About): Promise<Alerted> {
  const since = new Date();
  const said = {
    labels: { alertname: alert, ...(about.deployment ? { namespace: 'shop' } : {}), ...about },
    annotations: {},
    startsAt: since.toISOString(),
  };
  const status = await stage.alert(target, said);
  if (status !== 202) throw new Error(`the alert was answered with ${status}`);
  const { id } = await stage.incidentOf(target, since, alert);
  const resolve = (): Promise<number> => stage.alert(target, { ...said, status: 'resolved' });
  return Object.assign(drive(stage, id), { resolve });
}

/** Drives an incident that is open. */
export function drive(stage: Stage, id: string): Driven {
  const driven: Driven = {
    id,
    records: [],
    async until(kind) {
      driven.records = await stage.follow(
        id,
        () => undefined,
        (record) => record.kind === kind,
      );
      const found = driven.records.find((record) => record.kind === kind);
      if (found) return found;
      throw new Error(`${id} closed without ${kind}: ${driven.records.at(-1)?.fact}`);
    },
    async decides(verb, user, proofOnly = false) {
      await driven.until('dossier.offered');
      const dossier = (await stage.api.incident(id)).dossier?.digest ?? '';
      const reason = `${verb} in a test${proofOnly ? ', by another door' : ''}`;
      return decide(stage, { verb, incident: id, dossier, reason, user: stage.user(user), proofOnly });
    },
    async ending() {
      driven.records = await stage.follow(id, () => undefined);
      const { outcome } = await stage.api.incident(id);
      if (!outcome) throw new Error(`${id} has no outcome`);
      return outcome;
    },
  };
  return driven;
}
