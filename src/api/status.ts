import type { FastifyInstance } from 'fastify';
import { incidentView } from '../domain/incident/incident-view.ts';
import type { JournalReader } from '../domain/journal/ports.ts';
import { statusSchema, type StatusSections, type SystemStatus } from '../domain/incident/system-status.ts';
import type { Counters } from './http/counters.ts';

const answerWithinMs = 3_000;

/** What the route of the status needs. */
export interface StatusDeps {
  journal: JournalReader;
  counters: Counters;
  /** One check for each server that this process needs. A check throws if its server does not work. */
  checks: Record<string, () => Promise<unknown>>;
  /**
   * For each section except `incidents`, the function that reads it. The function throws if it cannot read the section.
   */
  sections: { [Name in Exclude<keyof StatusSections, 'incidents'>]: () => Promise<StatusSections[Name]> };
  versions: SystemStatus['versions'];
}

/**
 * `GET /v1/status`: the system's status. A section is `{ problem }` if it cannot be read within 3 seconds. The other
 * sections are not affected.
 */
export function statusRoutes(app: FastifyInstance, deps: StatusDeps): void {
  const { counters, checks, sections, versions } = deps;
  const doc = {
    summary: 'Status of the system: servers that it depends on, task queues, inbox, leases, phases, open incidents.',
    answer: { schema: statusSchema },
  };
  app.get('/v1/status', { config: { doc } }, async (): Promise<SystemStatus> => {
    const probed = Object.entries(checks).map(async ([name, check]) => [name, await probe(check)] as const);
    const [dependencies, queues, inbox, leases, phases, incidents] = await Promise.all([
      Promise.all(probed).then((states) => Object.fromEntries(states)),
      sectionOf(sections.queues),
      sectionOf(sections.inbox),
      sectionOf(sections.leases),
      sectionOf(sections.phases),
      sectionOf(() => openIncidents(deps.journal)),
    ]);
    return { dependencies, counters: counters.read(), versions, queues, inbox, leases, phases, incidents };
  });
}

/** Returns the number of open incidents by the kind of their latest record. */
async function openIncidents(journal: JournalReader): Promise<StatusSections['incidents']> {
  const byIncident = Map.groupBy(await journal.overview(), (record) => record.incident);
  const views = [...byIncident.values()].map(incidentView).filter((view) => view && !view.outcome);
  const byLatestRecord = Map.groupBy(views, (view) => view?.latestRecord ?? '');
  return Object.fromEntries([...byLatestRecord].map(([kind, { length }]) => [kind, length]));
}

async function probe(check: () => Promise<unknown>): Promise<string> {
  const answer = await sectionOf(check);
  return 'problem' in answer ? answer.problem : 'ok';
}

type Section<T> = { value: T } | { problem: string };

async function sectionOf<T>(read: () => Promise<T>): Promise<Section<T>> {
  const late = new Promise<Section<T>>((resolve) => {
    setTimeout(resolve, answerWithinMs, { problem: `no answer within ${answerWithinMs} ms` }).unref();
  });
  const answered = read().then(
    (value) => ({ value }),
    (error: Error) => ({ problem: error.message }),
  );
  return Promise.race([late, answered]);
}
