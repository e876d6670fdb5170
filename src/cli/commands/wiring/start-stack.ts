import { join } from 'node:path';
import type { StackDescription } from '../../../../stack/state/description.ts';
import { ensureToolchain } from '../../../../stack/toolchain/toolchain.ts';
import type { StateFolder } from '../../../../stack/state/state.ts';
import { up as startStack, type UpOptions } from '../../../../stack/up.ts';
import { checkPolicies } from '../../../adapters/opa/check-policies.ts';
import { migrate } from '../../../adapters/postgres/migrate.ts';
import { createPool } from '../../../adapters/postgres/pool.ts';
import { bundleWorkflows } from '../../../adapters/temporal/workflow-bundle.ts';
import { policyFolders } from '../../../domain/policy/policy-folders.ts';
import { createPhasesReader } from '../../../server/phases-file.ts';
import { loadPlaybooks } from '../../../reasoning/playbooks/load-playbooks.ts';
import { Secret } from '../../../platform/secret.ts';

/**
 * Compiles missing programs, checks policies, phases and playbooks, bundles the workflows, and starts a stack whose
 * data is in the folder `state`. The code in `stack/` must not import `src/adapters`, so this function passes the
 * database migration to `startStack`.
 * @throws AirlockError the errors of the toolchain, the policies, the phases, the playbooks or a server.
 */
export async function startIn(
  checkout: string,
  state: StateFolder,
  options: Pick<UpOptions, 'progress' | 'timing' | 'phasesFile' | 'gatewayTargetUrls'>,
): Promise<StackDescription> {
  const { progress, phasesFile = join(checkout, 'policies/phases.yaml') } = options;
  const toolchain = await ensureToolchain(progress);
  progress.step('checking policies and playbooks, bundling workflows');
  await Promise.all([
    checkPolicies(toolchain.program('opa'), policyFolders(checkout)),
    loadPlaybooks(join(checkout, 'playbooks')),
    createPhasesReader(phasesFile)(),
    bundleWorkflows(),
  ]);
  return startStack({ ...options, checkout, state, toolchain, migrate: migrateAs });
}

async function migrateAs(ownerUrl: string): Promise<void> {
  const pool = createPool(new Secret(ownerUrl));
  try {
    await migrate(pool);
  } finally {
    await pool.end();
  }
}
