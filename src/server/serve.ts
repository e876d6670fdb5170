import { randomBytes } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import { alertmanagerBodies, parseAlertmanagerWebhook } from '../adapters/alertmanager/webhook.ts';
import { alertEventBodies } from '../adapters/cloudevents/alert-event-bodies.ts';
import { parseAlertEvent } from '../adapters/cloudevents/alert-event.ts';
import { createProofVerifier } from '../adapters/oidc/proof-verifier.ts';
import { createPolicy } from '../adapters/opa/policy.ts';
import { createBlobs } from '../adapters/postgres/blobs.ts';
import { createCheckpoints } from '../adapters/postgres/journal/checkpoints.ts';
import { createInbox } from '../adapters/postgres/routing/inbox.ts';
import { createJournalEntries } from '../adapters/postgres/journal/journal-entries.ts';
import { createJournal, createJournalReader } from '../adapters/postgres/journal/journal.ts';
import { createPlaces } from '../adapters/postgres/routing/routing-states.ts';
import type { Pool } from '../adapters/postgres/pool.ts';
import { createStandingReader } from '../adapters/postgres/status-reader.ts';
import { connectClient } from '../adapters/temporal/connect.ts';
import { createIncidentWorkflows } from '../adapters/temporal/incident-workflows.ts';
import { createCourier } from '../adapters/temporal/incident-signaler.ts';
import { describeQueues } from '../adapters/temporal/queues.ts';
import { runRelay } from '../adapters/temporal/relay.ts';
import { reconcileSchedules } from '../adapters/temporal/schedules.ts';
import { createPlaneWorker } from '../adapters/temporal/worker.ts';
import { bundleWorkflows } from '../adapters/temporal/workflow-bundle.ts';
import { readCheckpointKeys } from '../adapters/vault/checkpoint-keys.ts';
import { createReportVerifier } from '../adapters/vault/report-verifier.ts';
import { createVaultSession, type VaultSession } from '../adapters/vault/session.ts';
import { createApi } from '../api/create-api.ts';
import type { ServeConfig } from './config.ts';
import type { PlaybookDoc } from '../domain/plan/playbook.ts';
import { createActivities } from '../governance/activities.ts';
import { createIntake } from '../governance/intake/intake.ts';
import { createJournalProofs } from '../governance/journal-proofs.ts';
import { mustFit } from '../governance/must-fit.ts';
import { createRequests } from '../governance/requests.ts';
import { createPhasesReader } from './phases-file.ts';
import { loadPlaybooks } from '../reasoning/playbooks/load-playbooks.ts';
import { playbookDoc } from '../reasoning/playbooks/playbook-doc.ts';
import type { Logger, Tracing } from '../platform/telemetry.ts';
import { holdBasics } from './held.ts';
import { runWorker, type Running } from './running.ts';
import { tracedClose, tracedIntake } from './traced.ts';
import { versions } from './versions.ts';

/** `airlock serve`: API, intake, workflows, verdicts. It has no cluster's address and no key. */
export async function startServe(config: ServeConfig, log: Logger): Promise<Running> {
  const phases = createPhasesReader(config.policy.phasesFile);
  await phases(); // who could only ever refuse must not start
  const playbooks = (await loadPlaybooks(config.playbooks)).map(playbookDoc);
  for (const [index, wanted] of config.schedules.entries()) {
    mustFit(playbooks, wanted, { cause: 'schedule', at: `schedules[${index}]` });
  }
  await using held = new AsyncDisposableStack();
  const [{ pool, connection, tracing }, workflows] = await Promise.all([
    holdBasics(held, config, { name: 'serve', log }),
    bundleWorkflows(),
  ]);
  const client = await connectClient(config.temporal.address);
  held.defer(() => client.connection.close());
  const vault = held.use(createVaultSession(config.vault));
  const parts: Parts = { config, log, tracing, pool, client, vault, phases, playbooks };
  const worker = await createPlaneWorker({
    connection,
    plane: 'governance',
    workflows,
    activities: activitiesOf(parts),
    log,
    tracing,
  });
  await reconcileSchedules(client, config.schedules, config.oidc);
  await startRelay(parts, held);
  await listen(parts, held);
  return runWorker(worker, held.move());
}

interface Parts {
  config: ServeConfig;
  log: Logger;
  tracing: Tracing;
  pool: Pool;
  client: Client;
  vault: VaultSession;
  phases: ReturnType<typeof createPhasesReader>;
  playbooks: PlaybookDoc[];
}

function activitiesOf({ config, log, tracing, pool, client, vault, phases }: Parts): object {
  const journal = { ...createJournal(pool), ...createJournalReader(pool) };
  const activities = createActivities({
    blobs: createBlobs(pool),
    journal,
    reports: createReportVerifier(vault),
    policy: createPolicy(config.policy.opa),
    phases,
    clusters: config.clusters,
    approverGroups: config.approverGroups,
    dossierSeconds: config.dossierSeconds,
    places: createPlaces(pool, config.refire),
    courier: createCourier({ client, proofs: config.oidc }),
    clock: () => new Date(),
  });
  return tracedClose(activities, { journal, inbox: createInbox(pool), tracing, log });
}

async function startRelay({ config, log, tracing, pool, client }: Parts, held: AsyncDisposableStack): Promise<void> {
  const stop = new AbortController();
  const deps = {
    client,
    inbox: createInbox(pool),
    places: createPlaces(pool, config.refire),
    proofs: config.oidc,
    log,
    tracing,
  };
  const running = runRelay(deps, stop.signal);
  held.defer(async () => {
    stop.abort();
    await running;
  });
}

const newTrace = (): string => randomBytes(16).toString('hex');

async function listen(parts: Parts, held: AsyncDisposableStack): Promise<FastifyInstance> {
  const { config, log, tracing, pool, client, vault, phases } = parts;
  const blobs = createBlobs(pool);
  const intake = createIntake({
    inbox: createInbox(pool),
    parsers: { alertmanager: parseAlertmanagerWebhook, cloudevents: parseAlertEvent },
    newTrace,
    clock: () => new Date(),
  });
  const common = {
    blobs,
    journal: createJournalReader(pool),
    checkpoints: createCheckpoints(pool),
    proofs: createJournalProofs(createJournalEntries(pool)),
    checkpointKeys: () => readCheckpointKeys(vault),
    workflows: createIncidentWorkflows(client),
    askable: { clusters: config.clusters.map(({ name }) => name), playbooks: parts.playbooks },
    verifyProof: createProofVerifier({ issuer: config.oidc.issuer }).verify,
  };
  const api = createApi({
    log,
    tokens: config.tokens,
    ...common,
    requests: createRequests({ ...common, newTrace, proofs: config.oidc }),
    intake: tracedIntake(intake, { tracing, log }),
    formats: { alertmanager: alertmanagerBodies, cloudevents: alertEventBodies },
    events: config.events,
    tracing,
    versions,
    standing: { queues: () => describeQueues(client), ...createStandingReader(pool), phases },
    checks: {
      postgres: () => pool.query('select 1'),
      temporal: () => client.connection.ensureConnected(),
      vault: () => vault.request('GET', 'auth/token/lookup-self'),
    },
  });
  await api.listen(config.listen);
  held.defer(() => api.close());
  return api;
}
