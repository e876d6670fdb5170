import { createHash, randomBytes } from 'node:crypto';
import { alertmanagerBodies, parseAlertmanagerWebhook } from '../../src/adapters/alertmanager/webhook.ts';
import { alertEventBodies } from '../../src/adapters/cloudevents/alert-event-bodies.ts';
import { parseAlertEvent } from '../../src/adapters/cloudevents/alert-event.ts';
import { createTracing } from '../../src/adapters/opentelemetry/tracing.ts';
import { join } from 'node:path';
import { createBlobs } from '../../src/adapters/postgres/blobs.ts';
import { createCheckpoints } from '../../src/adapters/postgres/journal/checkpoints.ts';
import { createInbox } from '../../src/adapters/postgres/routing/inbox.ts';
import { createStoredRecords } from '../../src/adapters/postgres/journal/stored-records.ts';
import { createJournalReader } from '../../src/adapters/postgres/journal/journal.ts';
import type { Pool } from '../../src/adapters/postgres/pool.ts';
import { createStatusReader } from '../../src/adapters/postgres/status-reader.ts';
import { createApi, type ApiDeps } from '../../src/api/create-api.ts';
import type { StreamLimits } from '../../src/api/events/events.ts';
import { createIntake } from '../../src/governance/intake/intake.ts';
import { createJournalProofs } from '../../src/governance/journal-proofs.ts';
import type { IncidentWorkflows } from '../../src/governance/ports.ts';
import { createSubmitRequest } from '../../src/governance/requests.ts';
import { loadPlaybooks } from '../../src/reasoning/playbooks/load-playbooks.ts';
import { playbookDoc } from '../../src/reasoning/playbooks/playbook-doc.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { journalOf } from '../journal/journal-of.ts';
import { newJournalKey } from '../journal/key.ts';
import { checkAnswers } from './check-answers.ts';

/** Signs checkpoints instead of Vault's transit key. */
export const journalKey = newJournalKey();

export const tokens = { east: newToken(), operator: newToken(), second: newToken(), expired: newToken() };
/** End of `tokens.expired`. */
export const expiredAt = '2026-01-01T00:00:00.000Z';
/** End of all other tokens: in 3 days. The status shows a token in its last 7 days. */
export const expiresAt = new Date(Date.now() + 3 * 24 * 3_600_000).toISOString();

function newToken(): string {
  return randomBytes(32).toString('base64url');
}

function sha256(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

const farAway = '2100-01-01T00:00:00.000Z';

const noWorkflow = () => Promise.reject(new Error('no workflow in this test'));
const noWorkflows: IncidentWorkflows = { decide: noWorkflow, edit: noWorkflow, open: noWorkflow };
const playbooks = (await loadPlaybooks(join(import.meta.dirname, '../../playbooks'))).map(playbookDoc);

type VerifySignature = ApiDeps['verifySignature'];
const acceptEveryToken: VerifySignature = async () => ({ claims: {} });

const log = createLogger('serve', 'silent');
const tracing = await createTracing('serve', {}, log);
const defaultLimits: StreamLimits = { streams: 5, heartbeatSeconds: 1, stallSeconds: 10 };

/** The API on a pool of governance's role. It accepts every decision token; test/api/tokens.test.ts tests their verification. */
export function createTestApi(
  pool: Pool,
  given: Partial<IncidentWorkflows> = {},
  verifySignature: VerifySignature = acceptEveryToken,
  change: Partial<Pick<ApiDeps, 'streamLimits' | 'log' | 'appendRecord'>> = {},
) {
  const workflows = { ...noWorkflows, ...given };
  const parsers = { alertmanager: parseAlertmanagerWebhook, cloudevents: parseAlertEvent };
  const newTrace = (): string => randomBytes(16).toString('hex');
  const journal = createJournalReader(pool);
  const requestable = { clusters: ['east'], playbooks };
  const common = { journal, blobs: createBlobs(pool), workflows, verifySignature, requestable };
  const api = createApi({
    tokens: {
      alerts: [
        { name: 'monitoring', sha256: sha256(tokens.east), cluster: 'east', expiresAt },
        { name: 'old-monitoring', sha256: sha256(tokens.expired), cluster: 'east', expiresAt: expiredAt },
      ],
      operators: [
        { name: 'lea', sha256: sha256(tokens.operator), expiresAt },
        { name: 'max', sha256: sha256(tokens.second), expiresAt: farAway },
        { name: 'old-laptop', sha256: sha256(tokens.expired), expiresAt: expiredAt },
      ],
    },
    intake: createIntake({ inbox: createInbox(pool), parsers, newTrace, clock: () => new Date(now) }),
    ...common,
    submitRequest: createSubmitRequest({
      ...common,
      newTrace,
      signIn: { issuer: 'http://127.0.0.1', maxSignInAge: 300 },
    }),
    formats: { alertmanager: alertmanagerBodies, cloudevents: alertEventBodies },
    appendRecord: journalOf(pool).append,
    checkpoints: createCheckpoints(pool),
    proofs: createJournalProofs(createStoredRecords(pool)),
    checkpointKeys: async () => [journalKey.key],
    checks: { postgres: () => pool.query('SELECT 1') },
    streamLimits: defaultLimits,
    versions: { airlock: '0', node: '24' },
    sections: {
      queues: () => Promise.reject(new Error('no Temporal in this test')),
      ...createStatusReader(pool),
      phases: async () => ({ default: 'limited', scopes: [] }),
    },
    log,
    tracing,
    ...change,
  });
  return checkAnswers(api);
}

/** The clock of the API's intake. */
const now = '2026-11-21T14:00:00Z';

/** The intake's clock plus this number of seconds. */
export function ahead(seconds: number): string {
  return new Date(Date.parse(now) + seconds * 1000).toISOString();
}

/** One alert as Alertmanager sends it. */
export function alert(change: object = {}, labels: object = {}) {
  return {
    status: 'firing',
    labels: { alertname: 'CrashLooping', namespace: 'shop', deployment: 'web', cluster: 'east', ...labels },
    annotations: { summary: 'web crash-loops\nsince the last release' },
    startsAt: '2026-11-21T12:00:00.123456789Z',
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://127.0.0.1/graph',
    fingerprint: 'a1b2c3d4e5f60718',
    ...change,
  };
}

/** Alertmanager's webhook, version 4. */
export function webhook(alerts: object[] = [alert()], change: object = {}) {
  return {
    version: '4',
    groupKey: '{}:{alertname="CrashLooping"}',
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'airlock',
    groupLabels: { alertname: 'CrashLooping', namespace: 'shop' },
    commonLabels: { cluster: 'east' },
    commonAnnotations: {},
    externalURL: 'http://127.0.0.1:9093',
    alerts,
    ...change,
  };
}
