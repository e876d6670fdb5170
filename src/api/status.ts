import type { FastifyInstance } from 'fastify';
import { incidentView } from '../domain/incident/incident-view.ts';
import type { JournalReader } from '../domain/ports.ts';
import { statusSchema, type Standing, type SystemStatus } from '../domain/incident/system-status.ts';
import type { Counters } from './http/counters.ts';

const answerWithinMs = 3_000;

export interface StatusDeps {
  journal: JournalReader;
  counters: Counters;
  /** Each asks one dependency of this process, and throws where it is not well. */
  checks: Record<string, () => Promise<unknown>>;
  /** Each asks for one part of how things stand, and throws where it cannot be had. */
  standing: { [Part in Exclude<keyof Standing, 'incidents'>]: () => Promise<Standing[Part]> };
  versions: SystemStatus['versions'];
}

/** `GET /v1/status`: how things stand. What does not answer is said, and hides nothing else. */
export function statusRoutes(app: FastifyInstance, deps: StatusDeps): void {
  const { counters, checks, standing, versions } = deps;
  const doc = {
    summary: 'How things stand: dependencies, queues, inbox, leases, phases, open incidents.',
    answer: { schema: statusSchema },
  };
  app.get('/v1/status', { config: { doc } }, async (): Promise<SystemStatus> => {
    const asked = Object.entries(checks).map(async ([name, check]) => [name, await stateOf(check)] as const);
    const [dependencies, queues, inbox, leases, phases, incidents] = await Promise.all([
      Promise.all(asked).then((states) => Object.fromEntries(states)),
      partOf(standing.queues),
      partOf(standing.inbox),
      partOf(standing.leases),
      partOf(standing.phases),
      partOf(() => openIncidents(deps.journal)),
    ]);
    return { dependencies, counters: counters.read(), versions, queues, inbox, leases, phases, incidents };
  });
}

async function openIncidents(journal: JournalReader): Promise<Standing['incidents']> {
  const byIncident = Map.groupBy(await journal.overview(), (record) => record.incident);
  const views = [...byIncident.values()].map(incidentView).filter((view) => view && !view.outcome);
  const byStage = Map.groupBy(views, (view) => view?.stage ?? '');
  return Object.fromEntries([...byStage].map(([stage, { length }]) => [stage, length]));
}

async function stateOf(check: () => Promise<unknown>): Promise<string> {
  const answer = await partOf(check);
  return 'problem' in answer ? answer.problem : 'ok';
}

type Part<T> = { is: T } | { problem: string };

async function partOf<T>(ask: () => Promise<T>): Promise<Part<T>> {
  const late = new Promise<Part<T>>((resolve) => {
    setTimeout(resolve, answerWithinMs, { problem: `no answer within ${answerWithinMs} ms` }).unref();
  });
  const answered = ask().then(
    (is) => ({ is }),
    (error: Error) => ({ problem: error.message }),
  );
  return Promise.race([late, answered]);
}
