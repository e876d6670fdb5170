import { createClusterRegistry } from '../../clusters/registry.ts';
import { createReadLeases } from '../../clusters/credentials/read-leases.ts';
import { createProcessSandbox } from '../../sandbox/launchers/process.ts';
import { createKubernetesApi } from '../adapters/kubernetes/api.ts';
import { createBlobs } from '../adapters/postgres/blobs.ts';
import { createJournal } from '../adapters/postgres/journal/journal.ts';
import { createLeaseRecords } from '../adapters/postgres/read-leases.ts';
import { createPlaneWorker } from '../adapters/temporal/worker.ts';
import { createRedactor } from '../adapters/vault/redactor.ts';
import { createReportSigner } from '../adapters/vault/report-signer.ts';
import { createReportVerifier } from '../adapters/vault/report-verifier.ts';
import { createVaultSession } from '../adapters/vault/session.ts';
import type { ObserveConfig } from './config.ts';
import { createActivities } from '../observation/activities.ts';
import type { Logger } from '../platform/telemetry.ts';
import { holdBasics } from './held.ts';
import { runWorker, type Running } from './running.ts';
import { secretFolders } from './secret-folders.ts';

/**
 * `airlock observe`: looks at clusters and rehearses. Revokes first what an earlier run still holds.
 * @param file where the configuration was read: rehearsals run as this user and must not read it.
 */
export async function startObserve(config: ObserveConfig, file: string, log: Logger): Promise<Running> {
  const registry = await createClusterRegistry(config.clusters);
  await using held = new AsyncDisposableStack();
  const { pool, connection, tracing } = await holdBasics(held, config, { name: 'observe', log });
  const vault = held.use(createVaultSession(config.vault));
  const journal = createJournal(pool);
  const records = createLeaseRecords(pool);
  const leases = createReadLeases({ vault, records, journal, registry, connect: createKubernetesApi, now: Date.now });
  const { revoked, failed } = await leases.sweep();
  if (revoked > 0) log.info({ leases: revoked }, 'read leases of an earlier run are revoked');
  for (const problem of failed) log.warn({ problem }, 'a read lease of an earlier run could not be revoked');
  const { horizonSeconds, speed, programs, deadlineSeconds, verifySeconds } = config.observation;
  const hide = secretFolders(config, file);
  const sandbox = createProcessSandbox({ programs, node: process.execPath, deadlineSeconds, hide });
  const activities = createActivities({
    leases,
    journal,
    blobs: createBlobs(pool),
    redactor: createRedactor(vault),
    signer: createReportSigner(vault),
    reports: createReportVerifier(vault),
    sandbox: { rehearse: (bundle) => tracing.within('sandbox', {}, () => sandbox.rehearse(bundle)) },
    clock: () => new Date(),
    now: Date.now,
    horizonSeconds,
    speed,
    verifyMs: verifySeconds * 1000,
  });
  const worker = await createPlaneWorker({ connection, plane: 'observation', activities, log, tracing });
  return runWorker(worker, held.move());
}
