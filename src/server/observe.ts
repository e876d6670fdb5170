import { createClusterRegistry } from '../../clusters/registry.ts';
import { createReadLeases } from '../../clusters/credentials/read-leases.ts';
import { createProcessSandbox } from '../../sandbox/launchers/process.ts';
import { createKubernetesApi } from '../adapters/kubernetes/api.ts';
import { createBlobs } from '../adapters/postgres/blobs.ts';
import { createJournal } from '../adapters/postgres/journal/journal.ts';
import { createReadLeaseRecords } from '../adapters/postgres/read-leases.ts';
import { createPlaneWorker } from '../adapters/temporal/worker.ts';
import { createRedactor } from '../adapters/vault/redactor.ts';
import { createReportSigner } from '../adapters/vault/report-signer.ts';
import { createReportVerifier } from '../adapters/vault/report-verifier.ts';
import type { ObserveConfig } from './config.ts';
import { createActivities } from '../observation/activities.ts';
import type { Logger } from '../platform/logger.ts';
import { insecureOf } from './insecure-of.ts';
import { openResources } from './process-resources.ts';
import { runWorker, type RunningProcess } from './run-worker.ts';
import { secretFolders } from './secret-folders.ts';
import { openVaultSession } from './vault-session.ts';

/**
 * Starts `airlock observe`, which reads clusters, rehearses plans and verifies repairs. Before `observe` takes work, it
 * revokes the read leases that an earlier observe process left. If a revocation fails, `observe` logs the problem and
 * still starts.
 * @param file path of the configuration file. Rehearsals run as the user of `observe`, but cannot read this file.
 */
export async function startObserve(config: ObserveConfig, file: string, log: Logger): Promise<RunningProcess> {
  const registry = await createClusterRegistry(config.clusters);
  await using disposables = new AsyncDisposableStack();
  const { pool, connection, tracing } = await openResources(disposables, config, { name: 'observe', log });
  const vault = openVaultSession(disposables, config.vault, { name: 'observe', log });
  const blobs = createBlobs(pool);
  const journal = createJournal(pool, blobs);
  const records = createReadLeaseRecords(pool);
  const leases = createReadLeases({ vault, records, journal, registry, connect: createKubernetesApi, now: Date.now });
  const { revoked, failed } = await leases.sweep();
  if (revoked > 0) log.info({ leases: revoked }, 'revoked the read leases that an earlier observe process had left');
  for (const problem of failed)
    log.warn({ problem }, 'could not revoke a read lease that an earlier observe process had left');
  const { horizonSeconds, speed, programs, deadlineSeconds, verifySeconds } = config.observation;
  const hiddenFolders = secretFolders(config, file);
  const sandbox = createProcessSandbox({ programs, node: process.execPath, deadlineSeconds, hide: hiddenFolders });
  const activities = createActivities({
    leases,
    journal,
    blobs,
    redactor: createRedactor(vault),
    signer: createReportSigner(vault),
    reports: createReportVerifier(vault),
    sandbox: { rehearse: (bundle) => tracing.inChildSpan('sandbox', {}, () => sandbox.rehearse(bundle)) },
    clock: () => new Date(),
    now: Date.now,
    horizonSeconds,
    speed,
    verifyMs: verifySeconds * 1000,
  });
  const worker = await createPlaneWorker({
    connection,
    plane: 'observation',
    activities,
    log,
    tracing,
    insecure: insecureOf(config),
  });
  return runWorker(worker, disposables.move());
}
