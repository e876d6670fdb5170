import { randomBytes } from 'node:crypto';
import { access, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type BundleOptions, type WorkflowBundleOption } from '@temporalio/worker';
import { digestSources } from './source-digest.ts';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));
const cacheFolder = join(checkout, 'node_modules/.cache/airlock');

// The progress of webpack is not logged. Errors of webpack are thrown.
const silent = (): void => undefined;
const quiet = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };

/**
 * Everything that determines the bundle: the folders that workflows may import from (tools/lint/import-rules.js), the
 * versions of packages, and this file with the bundler's options. If workflows or the domain are allowed to import from
 * another folder, add that folder here. workflow-bundle.test.ts fails if webpack bundles a file that this list does not
 * cover.
 */
export const workflowSources = [
  'workflows',
  'src/domain',
  'src/lib',
  'src/tlog',
  'package.json',
  'package-lock.json',
  'src/adapters/temporal/workflow-bundle.ts',
];

/** Options of webpack for the workflows' code, the same for workers and for the replay of recorded histories. */
export const workflowBundleOptions = {
  workflowsPath: join(checkout, 'workflows/workflows.ts'),
  payloadConverterPath: join(checkout, 'workflows/payload-converter.ts'),
  workflowInterceptorModules: [join(checkout, 'workflows/log-attributes.ts')],
  logger: quiet,
} satisfies BundleOptions;

/**
 * Returns the workflows' code for the governance worker. Webpack takes seconds, so the bundle is built once for each
 * state of the sources and kept in `node_modules/.cache`. That folder is trusted as much as the packages beside it.
 */
export async function bundleWorkflows(): Promise<WorkflowBundleOption> {
  const digest = await digestSources(checkout, workflowSources);
  const codePath = join(cacheFolder, `workflows-${digest}.js`);
  if (await exists(codePath)) return { codePath };
  const { code } = await bundleWorkflowCode(workflowBundleOptions);
  // If a source was edited while webpack ran, the bundle may contain the edit although the digest does not cover it.
  // Such a bundle is not kept.
  if ((await digestSources(checkout, workflowSources)) === digest) await keepWherePermitted(codePath, code);
  return { code };
}

/**
 * Keeps the bundle if the user of the process may write to the checkout. Otherwise the process bundles at each start.
 */
async function keepWherePermitted(file: string, code: string): Promise<void> {
  await keep(file, code).catch((error: NodeJS.ErrnoException) => {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code ?? '')) throw error;
  });
}

async function keep(file: string, code: string): Promise<void> {
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  await mkdir(cacheFolder, { recursive: true });
  await writeFile(draft, code);
  await rename(draft, file);
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
