import { createClusterRegistry } from '../../clusters/registry.ts';
import { createGrants } from '../../clusters/credentials/grants.ts';
import { createKubernetesApi } from '../adapters/kubernetes/api.ts';
import { createProofVerifier } from '../adapters/oidc/proof-verifier.ts';
import { createPolicy } from '../adapters/opa/policy.ts';
import { createAdmissions } from '../adapters/postgres/approval/admissions.ts';
import { createAsks } from '../adapters/postgres/approval/requester-records.ts';
import { createBlobs } from '../adapters/postgres/blobs.ts';
import { createChallenges } from '../adapters/postgres/ledger/challenges.ts';
import { createCheckpoints } from '../adapters/postgres/journal/checkpoints.ts';
import { createJournalEntries } from '../adapters/postgres/journal/journal-entries.ts';
import { createJournal } from '../adapters/postgres/journal/journal.ts';
import { createLedger } from '../adapters/postgres/ledger/ledger.ts';
import { createPlaneWorker } from '../adapters/temporal/worker.ts';
import { createCheckpointSigner } from '../adapters/vault/checkpoint-keys.ts';
import { createRedactor } from '../adapters/vault/redactor.ts';
import { createReportVerifier } from '../adapters/vault/report-verifier.ts';
import { createVaultSession } from '../adapters/vault/session.ts';
import type { GatewayConfig } from './config.ts';
import { createActivities } from '../execution/activities.ts';
import { createCheckpointer } from '../execution/checkpoints/checkpoint.ts';
import { startCheckpoints } from '../execution/checkpoints/checkpoint-loop.ts';
import { createKeptCheckpoint } from '../execution/checkpoints/kept-checkpoint.ts';
import { sweep } from '../execution/sweep.ts';
import { redact } from '../observation/snapshot/redact.ts';
import { createPhasesReader } from './phases-file.ts';
import type { Logger } from '../platform/telemetry.ts';
import { holdBasics } from './held.ts';
import { runWorker, type Running } from './running.ts';

/** `airlock gateway`: the only process that can hold a grant. Cleans up after a crash before it takes work. */
export async function startGateway(config: GatewayConfig, log: Logger): Promise<Running> {
  const phases = createPhasesReader(config.policy.phasesFile);
  await phases(); // who could only ever refuse must not start
  const registry = await createClusterRegistry(config.clusters);
  await using held = new AsyncDisposableStack();
  const { pool, connection, tracing } = await holdBasics(held, config, { name: 'gateway', log });
  const vault = held.use(createVaultSession(config.vault));
  const journal = createJournal(pool);
  const ledger = createLedger(pool);
  const grants = createGrants({
    vault,
    connect: ({ cluster, token }) => createKubernetesApi({ ...registry.connection(cluster), token }),
  });
  const swept = await sweep({ ledger, grants, journal, log, clusters: config.clusters });
  if (swept > 0) log.info({ executions: swept }, 'leftovers of an earlier run are revoked');
  const checkpoint = createCheckpointer({
    entries: createJournalEntries(pool),
    checkpoints: createCheckpoints(pool),
    signer: createCheckpointSigner(vault),
    kept: createKeptCheckpoint(config.checkpoint.file),
  });
  const everyMs = config.checkpoint.everySeconds * 1000;
  const checkpoints = held.use(startCheckpoints({ checkpoint, log, everyMs }));
  const redactor = createRedactor(vault);
  const activities = createActivities({
    blobs: createBlobs(pool),
    proofs: createProofVerifier({ issuer: config.oidc.issuer }),
    proofTerms: config.oidc,
    admissions: createAdmissions(pool),
    asks: createAsks(pool),
    challenges: createChallenges(pool),
    reports: createReportVerifier(vault),
    policy: createPolicy(config.policy.opa),
    phases,
    clusters: config.clusters,
    approverGroups: config.approverGroups,
    requesterGroups: config.requesterGroups ?? config.approverGroups,
    maxDossierSeconds: config.maxDossierSeconds,
    redact: (objects) => redact(redactor, objects),
    span: tracing.within,
    clock: () => new Date(),
    executed: () => checkpoints.soon(),
    journal,
    ledger,
    grants: { ...grants, mint: (request) => tracing.within('mint', {}, () => grants.mint(request)) },
  });
  const worker = await createPlaneWorker({ connection, plane: 'execution', activities, log, tracing });
  return runWorker(worker, held.move());
}
