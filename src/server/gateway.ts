import { createClusterRegistry } from '../../clusters/registry.ts';
import { createGrants } from '../../clusters/credentials/grants.ts';
import { createKubernetesApi } from '../adapters/kubernetes/api.ts';
import { createTokenVerifier } from '../adapters/oidc/token-verifier.ts';
import { createPolicy } from '../adapters/opa/policy.ts';
import { createAdmissionArchive } from '../adapters/postgres/approval/admission-archive.ts';
import { createSignIns } from '../adapters/postgres/approval/sign-ins.ts';
import { createBlobs } from '../adapters/postgres/blobs.ts';
import { createChallenges } from '../adapters/postgres/ledger/challenges.ts';
import { createCheckpoints } from '../adapters/postgres/journal/checkpoints.ts';
import { createStoredRecords } from '../adapters/postgres/journal/stored-records.ts';
import { createJournal } from '../adapters/postgres/journal/journal.ts';
import { createLedger } from '../adapters/postgres/ledger/ledger.ts';
import { createPlaneWorker } from '../adapters/temporal/worker.ts';
import { createCheckpointSigner } from '../adapters/vault/checkpoint-keys.ts';
import { createKeptCheckpoints } from '../adapters/vault/kept-checkpoints.ts';
import { createRedactor } from '../adapters/vault/redactor.ts';
import { createReportVerifier } from '../adapters/vault/report-verifier.ts';
import { createRowMacs } from '../adapters/vault/row-macs.ts';
import type { GatewayConfig } from './config.ts';
import { insecureOf } from './insecure-of.ts';
import { signInTerms } from './oidc-config.ts';
import { createActivities } from '../execution/activities.ts';
import { createAdmissions } from '../execution/admission/admissions.ts';
import { startCheckpoints } from '../execution/checkpoints/checkpoint-loop.ts';
import { createSignedJournal } from '../execution/checkpoints/signed-journal.ts';
import { sweep } from '../execution/sweep.ts';
import { redact } from '../observation/snapshot/redact.ts';
import { createPhasesReader } from './phases-file.ts';
import type { Logger } from '../platform/logger.ts';
import { openResources } from './process-resources.ts';
import { runWorker, type RunningProcess } from './run-worker.ts';
import { openVaultSession } from './vault-session.ts';

/**
 * Starts `airlock gateway`, the only process that can hold a credential that changes a cluster. The gateway takes work
 * only after it has tried to revoke the grants that an earlier gateway process left.
 */
export async function startGateway(config: GatewayConfig, log: Logger): Promise<RunningProcess> {
  const phases = createPhasesReader(config.policy.phasesFile);
  await phases(); // throws if the phases file is invalid: with such a file, the gateway could execute no plan
  const registry = await createClusterRegistry(config.clusters);
  await using disposables = new AsyncDisposableStack();
  const { pool, connection, tracing } = await openResources(disposables, config, { name: 'gateway', log });
  const vault = openVaultSession(disposables, config.vault, { name: 'gateway', log });
  const blobs = createBlobs(pool);
  const journal = createJournal(pool, blobs);
  const macs = createRowMacs(vault);
  const clock = (): Date => new Date();
  const ledger = createLedger(pool, macs, { clock });
  const grants = createGrants({
    vault,
    connect: ({ cluster, token }) => createKubernetesApi({ ...registry.connection(cluster), token }),
  });
  const swept = await sweep({ ledger, grants, journal, log, clusters: config.clusters });
  if (swept > 0) log.info({ executions: swept }, 'removed the grants that an earlier gateway process had left');
  const signedJournal = createSignedJournal({
    records: createStoredRecords(pool),
    checkpoints: createCheckpoints(pool),
    signer: createCheckpointSigner(vault),
    kept: createKeptCheckpoints(vault),
  });
  const everyMs = config.checkpointSeconds * 1000;
  const checkpointLoop = disposables.use(
    startCheckpoints({ checkpoint: () => signedJournal.checkpoint(), log, everyMs }),
  );
  const verification = { tokens: createTokenVerifier(config.oidc), signIn: signInTerms(config.oidc) };
  const archive = createAdmissionArchive(pool);
  const redactor = createRedactor(vault);
  const activities = createActivities({
    blobs,
    ...verification,
    authorizationDetails: config.oidc.authorizationDetails,
    stepUp: config.oidc.stepUp,
    admissions: createAdmissions({ ...verification, archive, macs, signedJournal, journal, log }),
    signIns: createSignIns(pool),
    macs,
    challenges: createChallenges(pool, macs),
    reports: createReportVerifier(vault),
    policy: createPolicy(config.policy.opa),
    phases,
    clusters: config.clusters,
    approverGroups: config.approverGroups,
    requesterGroups: config.requesterGroups ?? Object.values(config.approverGroups).flat(),
    maxDossierSeconds: config.maxDossierSeconds,
    redact: (cluster, objects) => redact(redactor, cluster, objects),
    span: tracing.inChildSpan,
    clock,
    log,
    recordsOf: async (incident) => (await signedJournal.recordsOf(incident)).records,
    onExecuteEnded: () => checkpointLoop.signSoon(),
    journal,
    ledger,
    grants: { ...grants, mint: (request) => tracing.inChildSpan('mint', {}, () => grants.mint(request)) },
  });
  const worker = await createPlaneWorker({
    connection,
    plane: 'execution',
    activities,
    log,
    tracing,
    insecure: insecureOf(config),
  });
  return runWorker(worker, disposables.move());
}
