import { join } from 'node:path';
import type { StackDescription } from '../../../../stack/state/description.ts';
import { ensureToolchain } from '../../../../stack/toolchain/toolchain.ts';
import type { StateFolder } from '../../../../stack/state/state.ts';
import { up, type UpOptions } from '../../../../stack/up.ts';
import { checkPolicies } from '../../../adapters/opa/check-policies.ts';
import { migrate } from '../../../adapters/postgres/migrate.ts';
import { createPool } from '../../../adapters/postgres/pool.ts';
import { bundleWorkflows } from '../../../adapters/temporal/workflow-bundle.ts';
import { policyFolders } from '../../../domain/policy/policy-folders.ts';
import { createPhasesReader } from '../../../server/phases-file.ts';
import { loadPlaybooks } from '../../../reasoning/playbooks/load-playbooks.ts';
import { Secret } from '../../../platform/secret.ts';

/**
 * Compiles missing programs. Checks policies, phases and playbooks. Bundles the workflows in advance for `airlock
 * serve`. Then starts a stack, which keeps its data in the folder `state`. The code in `stack/` must not import
 * `src/adapters`, so this function passes the database migration to `up`.
 * @throws AirlockError if a program cannot be compiled, a checked file is invalid, or a server does not start.
 */
export async function checkAndStartStack(
  checkout: string,
  state: StateFolder,
  options: Pick<UpOptions, 'progress' | 'timing' | 'phasesFile' | 'gatewayTargetUrls'>,
): Promise<StackDescription> {
  const { progress, phasesFile = join(checkout, 'policies/phases.yaml') } = options;
  const toolchain = await ensureToolchain(progress);
  progress.step('checking policies, phases and playbooks, bundling workflows');
  await Promise.all([
    checkPolicies(toolchain.program('opa'), policyFolders(checkout)),
    loadPlaybooks(join(checkout, 'playbooks')),
    createPhasesReader(phasesFile)(),
    bundleWorkflows(),
  ]);
  return up({ ...options, checkout, state, toolchain, migrate: migrateDatabase });
}

async function migrateDatabase(ownerUrl: string): Promise<void> {
  const pool = createPool(new Secret(ownerUrl));
  try {
    await migrate(pool);
  } finally {
    await pool.end();
  }
}
