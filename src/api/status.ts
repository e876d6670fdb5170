import type { FastifyInstance } from 'fastify';
import { incidentView } from '../domain/incident/incident-view.ts';
import type { JournalReader } from '../domain/journal/ports.ts';
import { statusSchema, type StatusSections, type SystemStatus } from '../domain/incident/system-status.ts';
import type { TokenEntry } from './http/bearer.ts';
import type { Counters } from './http/counters.ts';
import { cutSecrets } from '../lib/secrets/cut-secrets.ts';

const answerWithinMs = 3_000;
/** The status shows a bearer token from this time before its end on, so that people can replace it, milliseconds. */
const warnBeforeMs = 7 * 24 * 3_600_000;

/** What `statusRoutes` needs. */
export interface StatusDeps {
  journal: JournalReader;
  counters: Counters;
  /** For each server that this process needs: a check that throws if the server does not work. */
  checks: Record<string, () => Promise<unknown>>;
  /**
   * For each section except `incidents`: a function that reads the section, or throws. `incidents` is computed from the
   * journal.
   */
  sections: { [Name in Exclude<keyof StatusSections, 'incidents'>]: () => Promise<StatusSections[Name]> };
  versions: SystemStatus['versions'];
  /** The bearer tokens that the API accepts. */
  tokens: readonly Pick<TokenEntry, 'name' | 'expiresAt'>[];
}

/**
 * Adds the route `GET /v1/status`. It returns the status of the system. If reading a section fails or takes longer than
 * 3 seconds, the answer has `{ problem }` for this section and still has the other sections. If a check fails or takes
 * longer than 3 seconds, the answer has the problem of the checked server in place of `ok`.
 */
export function statusRoutes(app: FastifyInstance, deps: StatusDeps): void {
  const { counters, checks, sections, versions } = deps;
  const doc = {
    summary:
      'Status of the system: servers, counters, versions, task queues, inbox, leases, phases and open incidents.',
    answer: { schema: statusSchema },
  };
  app.get('/v1/status', { config: { doc } }, async (): Promise<SystemStatus> => {
    const checked = Object.entries(checks).map(async ([name, check]) => [name, await stateOf(check)] as const);
    const [dependencies, queues, inbox, leases, phases, incidents] = await Promise.all([
      Promise.all(checked).then((states) => Object.fromEntries(states)),
      attempt(sections.queues),
      attempt(sections.inbox),
      attempt(sections.leases),
      attempt(sections.phases),
      attempt(() => countOpenIncidents(deps.journal)),
    ]);
    const expiringTokens = soonExpired(deps.tokens);
    const known = { counters: counters.read(), versions, expiringTokens };
    return { dependencies, ...known, queues, inbox, leases, phases, incidents };
  });
}

function soonExpired(tokens: StatusDeps['tokens']): SystemStatus['expiringTokens'] {
  const limit = Date.now() + warnBeforeMs;
  const expiring = tokens.filter(({ expiresAt }) => Date.parse(expiresAt) < limit);
  return expiring.map(({ name, expiresAt }) => ({ name, expiresAt }));
}

/** Returns, for each kind of record, the number of open incidents whose latest record has this kind. */
async function countOpenIncidents(journal: JournalReader): Promise<StatusSections['incidents']> {
  const byIncident = Map.groupBy(await journal.overview(), (record) => record.incident);
  const views = [...byIncident.values()].map(incidentView).filter((view) => view && !view.outcome);
  const byLatestRecord = Map.groupBy(views, (view) => view?.latestRecord ?? '');
  return Object.fromEntries([...byLatestRecord].map(([kind, { length }]) => [kind, length]));
}

/** Returns `ok` or the problem of a server. */
async function stateOf(check: () => Promise<unknown>): Promise<string> {
  const attempted = await attempt(check);
  return 'problem' in attempted ? attempted.problem : 'ok';
}

type Attempt<T> = { value: T } | { problem: string };

/** Returns the result of `work`, or the problem if `work` fails or takes longer than `answerWithinMs`. */
async function attempt<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  const timeout = new Promise<Attempt<T>>((resolve) => {
    setTimeout(resolve, answerWithinMs, { problem: `no answer within ${answerWithinMs} ms` }).unref();
  });
  const answer = work().then(
    (value) => ({ value }),
    (error: Error) => ({ problem: cutSecrets(error.message) }),
  );
  return Promise.race([timeout, answer]);
}
