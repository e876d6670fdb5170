import { randomBytes } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { alertmanagerBodies, parseAlertmanagerWebhook } from '../adapters/alertmanager/webhook.ts';
import { alertEventBodies } from '../adapters/cloudevents/alert-event-bodies.ts';
import { parseAlertEvent } from '../adapters/cloudevents/alert-event.ts';
import { createTokenVerifier } from '../adapters/oidc/token-verifier.ts';
import { createPolicy } from '../adapters/opa/policy.ts';
import type { Pool } from '../adapters/postgres/pool.ts';
import { connectClient } from '../adapters/temporal/connect.ts';
import { createIncidentWorkflows } from '../adapters/temporal/incident-workflows.ts';
import { createIncidentSignaler } from '../adapters/temporal/incident-signaler.ts';
import { describeQueues } from '../adapters/temporal/queues.ts';
import { runRelay } from '../adapters/temporal/relay.ts';
import { reconcileSchedules } from '../adapters/temporal/schedules.ts';
import { createPlaneWorker } from '../adapters/temporal/worker.ts';
import { bundleWorkflows } from '../adapters/temporal/workflow-bundle.ts';
import { readCheckpointKeys } from '../adapters/vault/checkpoint-keys.ts';
import { createReportVerifier } from '../adapters/vault/report-verifier.ts';
import type { VaultSession } from '../adapters/vault/session.ts';
import { createApi } from '../api/create-api.ts';
import type { ServeConfig } from './config.ts';
import { signInTerms } from './oidc-config.ts';
import { insecureOf } from './insecure-of.ts';
import type { PlaybookDoc } from '../domain/plan/playbook.ts';
import { createActivities } from '../governance/activities.ts';
import { createIntake } from '../governance/intake/intake.ts';
import type { IncidentSignaler } from '../governance/ports.ts';
import { createJournalProofs } from '../governance/journal-proofs.ts';
import { assertRequestable } from '../governance/assert-requestable.ts';
import { createSubmitRequest } from '../governance/requests.ts';
import { createPhasesReader } from './phases-file.ts';
import { loadPlaybooks } from '../reasoning/playbooks/load-playbooks.ts';
import { playbookDoc } from '../reasoning/playbooks/playbook-doc.ts';
import type { Tracing } from '../domain/incident/tracing.ts';
import type { Logger } from '../platform/logger.ts';
import { openResources } from './process-resources.ts';
import { runWorker, type RunningProcess } from './run-worker.ts';
import { createServeStores, type ServeStores } from './serve-stores.ts';
import { traceClose } from './trace-close.ts';
import { traceIntake } from './trace-intake.ts';
import { openVaultSession } from './vault-session.ts';
import { versions } from './versions.ts';

/**
 * Starts `airlock serve`: the API, the relay and a Temporal worker. The relay sends alerts from the inbox to workflows.
 * The worker runs the workflows and the governance activities. The configuration of this process contains no address of
 * a target cluster. The Vault identity of this process may use no signing key.
 */
export async function startServe(config: ServeConfig, log: Logger): Promise<RunningProcess> {
  const phases = createPhasesReader(config.policy.phasesFile);
  await phases(); // An invalid phases file stops the start. With such a file, no plan could get a verdict.
  const playbooks = (await loadPlaybooks(config.playbooks)).map(playbookDoc);
  for (const [index, schedule] of config.schedules.entries()) {
    assertRequestable(playbooks, schedule, { cause: 'schedule', at: `schedules[${index}]` });
  }
  await using disposables = new AsyncDisposableStack();
  const [{ pool, connection, tracing }, workflows] = await Promise.all([
    openResources(disposables, config, { name: 'serve', log }),
    bundleWorkflows(),
  ]);
  const client = await connectClient(config.temporal.address);
  disposables.defer(() => client.connection.close());
  const vault = openVaultSession(disposables, config.vault, { name: 'serve', log });
  const stores = createServeStores(pool, config.refire);
  const signIn = signInTerms(config.oidc);
  const signaler = createIncidentSignaler({ client, signIn });
  const deps: ServeDeps = { config, log, tracing, pool, client, signaler, vault, stores, phases, playbooks };
  const activities = createServeActivities(deps);
  const worker = await createPlaneWorker({
    connection,
    plane: 'governance',
    workflows,
    activities,
    log,
    tracing,
    insecure: insecureOf(config),
  });
  await reconcileSchedules(client, config.schedules, signIn);
  startRelay(deps, disposables);
  await startApi(deps, disposables);
  return runWorker(worker, disposables.move());
}

/** What the API, the activities and the relay share. */
interface ServeDeps {
  config: ServeConfig;
  log: Logger;
  tracing: Tracing;
  pool: Pool;
  client: Client;
  signaler: IncidentSignaler;
  vault: VaultSession;
  stores: ServeStores;
  phases: ReturnType<typeof createPhasesReader>;
  playbooks: PlaybookDoc[];
}

function createServeActivities({ config, log, tracing, signaler, vault, stores, phases }: ServeDeps): object {
  const { blobs, inbox, routingStates } = stores;
  const journal = { ...stores.journal, ...stores.journalReader };
  const activities = createActivities({
    blobs,
    journal,
    reports: createReportVerifier(vault),
    policy: createPolicy(config.policy.opa),
    phases,
    clusters: config.clusters,
    approverGroups: config.approverGroups,
    dossierSeconds: config.dossierSeconds,
    stepUp: config.oidc.stepUp,
    routingStates,
    signaler,
    clock: () => new Date(),
  });
  return traceClose(activities, { journal, inbox, tracing, log });
}

function startRelay({ log, tracing, signaler, stores }: ServeDeps, disposables: AsyncDisposableStack): void {
  const stop = new AbortController();
  const { inbox, routingStates } = stores;
  const relay = runRelay({ signaler, inbox, routingStates, log, tracing }, stop.signal);
  disposables.defer(async () => {
    stop.abort();
    await relay;
  });
}

const newTrace = (): string => randomBytes(16).toString('hex');

async function startApi(deps: ServeDeps, disposables: AsyncDisposableStack): Promise<void> {
  const { config, log, tracing, pool, client, vault, stores, phases, playbooks } = deps;
  const { blobs, checkpoints, inbox, storedRecords, journalReader, status } = stores;
  const intake = createIntake({
    inbox,
    parsers: { alertmanager: parseAlertmanagerWebhook, cloudevents: parseAlertEvent },
    newTrace,
    clock: () => new Date(),
  });
  const common = {
    blobs,
    journal: journalReader,
    workflows: createIncidentWorkflows(client),
    requestable: { clusters: config.clusters.map(({ name }) => name), playbooks },
    verifySignature: createTokenVerifier(config.oidc).verify,
  };
  const api = createApi({
    ...common,
    log,
    tracing,
    tokens: config.tokens,
    appendRecord: stores.journal.append,
    checkpoints,
    proofs: createJournalProofs(storedRecords),
    checkpointKeys: () => readCheckpointKeys(vault),
    submitRequest: createSubmitRequest({ ...common, newTrace, signIn: signInTerms(config.oidc) }),
    intake: traceIntake(intake, { tracing, log }),
    formats: { alertmanager: alertmanagerBodies, cloudevents: alertEventBodies },
    streamLimits: config.events,
    versions,
    sections: { queues: () => describeQueues(client), ...status, phases },
    checks: {
      postgres: () => pool.query('select 1'),
      temporal: () => client.connection.ensureConnected(),
      vault: () => vault.request('GET', 'auth/token/lookup-self'),
    },
  });
  const { host, port } = config.listen;
  await api.listen({ host, port });
  disposables.defer(() => api.close());
}
