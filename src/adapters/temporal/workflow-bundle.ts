import { randomBytes } from 'node:crypto';
import { access, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type BundleOptions, type WorkflowBundleOption } from '@temporalio/worker';
import { digestSources } from './source-digest.ts';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));
const cacheFolder = join(checkout, 'node_modules/.cache/airlock');

// Webpack's messages are dropped. If webpack fails, `bundleWorkflowCode` throws.
const silent = (): void => undefined;
const quiet = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };

/**
 * The files and folders that determine the bundle. If one of them changes (tests excepted), Airlock builds a new
 * bundle.
 * - The folders contain all code of this repository that workflows may import (tools/lint/import-rules.js).
 * - The two package files determine the versions of packages.
 * - This file sets the options of the bundler.
 *
 * workflow-bundle.test.ts fails if the bundle contains a file of this repository that is not in the list.
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

/** Options with which Temporal's SDK bundles the workflows' code. The SDK uses webpack. */
export const workflowBundleOptions = {
  workflowsPath: join(checkout, 'workflows/workflows.ts'),
  payloadConverterPath: join(checkout, 'workflows/payload-converter.ts'),
  workflowInterceptorModules: [join(checkout, 'workflows/log-attributes.ts')],
  logger: quiet,
} satisfies BundleOptions;

/**
 * Returns the workflows' code for the worker of `airlock serve`. Webpack takes seconds, so the bundle is kept in
 * `node_modules/.cache` and used again while the sources do not change. A process that can write to `node_modules` can
 * change the workflows.
 */
export async function bundleWorkflows(): Promise<WorkflowBundleOption> {
  const digest = await digestSources(checkout, workflowSources);
  const codePath = join(cacheFolder, `workflows-${digest}.js`);
  if (await exists(codePath)) return { codePath };
  const { code } = await bundleWorkflowCode(workflowBundleOptions);
  // If a source was changed while webpack ran, the bundle and the digest can be of different sources. Such a bundle is
  // returned, but not kept.
  if ((await digestSources(checkout, workflowSources)) === digest) await keepWherePermitted(codePath, code);
  return { code };
}

/** Writes the bundle to the cache. Without permission to write there, does nothing: the next start bundles again. */
async function keepWherePermitted(file: string, code: string): Promise<void> {
  await keep(file, code).catch((error: NodeJS.ErrnoException) => {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code ?? '')) throw error;
  });
}

async function keep(file: string, code: string): Promise<void> {
  const temporaryFile = `${file}.${randomBytes(4).toString('hex')}`;
  await mkdir(cacheFolder, { recursive: true });
  await writeFile(temporaryFile, code);
  await rename(temporaryFile, file);
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
