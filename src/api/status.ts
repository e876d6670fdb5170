import type { FastifyInstance } from 'fastify';
import { incidentView } from '../domain/incident/incident-view.ts';
import type { JournalReader } from '../domain/journal/ports.ts';
import { statusSchema, type StatusParts, type SystemStatus } from '../domain/incident/system-status.ts';
import type { Counters } from './http/counters.ts';

const answerWithinMs = 3_000;

export interface StatusDeps {
  journal: JournalReader;
  counters: Counters;
  /** Probes of the servers that this process depends on; a probe throws when its server does not work. */
  checks: Record<string, () => Promise<unknown>>;
  /** Readers of the status parts; a reader throws when its part cannot be read. */
  parts: { [Part in Exclude<keyof StatusParts, 'incidents'>]: () => Promise<StatusParts[Part]> };
  versions: SystemStatus['versions'];
}

/** `GET /v1/status`: the system's status. A part that does not answer is shown as a problem and hides no other. */
export function statusRoutes(app: FastifyInstance, deps: StatusDeps): void {
  const { counters, checks, parts, versions } = deps;
  const doc = {
    summary: 'Status of the system: dependencies, queues, inbox, leases, phases, open incidents.',
    answer: { schema: statusSchema },
  };
  app.get('/v1/status', { config: { doc } }, async (): Promise<SystemStatus> => {
    const probed = Object.entries(checks).map(async ([name, check]) => [name, await probe(check)] as const);
    const [dependencies, queues, inbox, leases, phases, incidents] = await Promise.all([
      Promise.all(probed).then((states) => Object.fromEntries(states)),
      partOf(parts.queues),
      partOf(parts.inbox),
      partOf(parts.leases),
      partOf(parts.phases),
      partOf(() => openIncidents(deps.journal)),
    ]);
    return { dependencies, counters: counters.read(), versions, queues, inbox, leases, phases, incidents };
  });
}

async function openIncidents(journal: JournalReader): Promise<StatusParts['incidents']> {
  const byIncident = Map.groupBy(await journal.overview(), (record) => record.incident);
  const views = [...byIncident.values()].map(incidentView).filter((view) => view && !view.outcome);
  const byStage = Map.groupBy(views, (view) => view?.stage ?? '');
  return Object.fromEntries([...byStage].map(([stage, { length }]) => [stage, length]));
}

async function probe(check: () => Promise<unknown>): Promise<string> {
  const answer = await partOf(check);
  return 'problem' in answer ? answer.problem : 'ok';
}

type Part<T> = { value: T } | { problem: string };

async function partOf<T>(read: () => Promise<T>): Promise<Part<T>> {
  const late = new Promise<Part<T>>((resolve) => {
    setTimeout(resolve, answerWithinMs, { problem: `no answer within ${answerWithinMs} ms` }).unref();
  });
  const answered = read().then(
    (value) => ({ value }),
    (error: Error) => ({ problem: error.message }),
  );
  return Promise.race([late, answered]);
}
