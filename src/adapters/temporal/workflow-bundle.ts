import { createHash, randomBytes } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundleOption } from '@temporalio/worker';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));
const cacheFolder = join(checkout, 'node_modules/.cache/airlock');
// All that workflows may import, by the import rules; versions of packages stand in the lock file.
const sources = ['workflows', 'src/domain', 'package-lock.json'];

/**
 * The workflows' code as the governance worker runs it: bundled once for each state of its sources (seconds of webpack),
 * then found again in `node_modules/.cache`, which is trusted as much as the packages beside it.
 */
export async function bundleWorkflows(): Promise<WorkflowBundleOption> {
  const codePath = join(cacheFolder, `workflows-${await sourceDigest()}.js`);
  if (await exists(codePath)) return { codePath };
  const workflowsPath = join(checkout, 'workflows/workflows.ts');
  const payloadConverterPath = join(checkout, 'workflows/payload-converter.ts');
  const workflowInterceptorModules = [join(checkout, 'workflows/log-attributes.ts')];
  const options = { workflowsPath, payloadConverterPath, workflowInterceptorModules, logger: quiet };
  const { code } = await bundleWorkflowCode(options);
  await keep(codePath, code).catch((error: NodeJS.ErrnoException) => {
    // A process under a user of its own may read the checkout and not write to it: it bundles at each start.
    if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code ?? '')) throw error;
  });
  return { code };
}

async function keep(file: string, code: string): Promise<void> {
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  await mkdir(cacheFolder, { recursive: true });
  await writeFile(draft, code);
  await rename(draft, file);
}

async function sourceDigest(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of (await Promise.all(sources.map(filesOf))).flat()) {
    hash
      .update(`${file}\0`)
      .update(await readFile(join(checkout, file)))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 32);
}

async function filesOf(source: string): Promise<string[]> {
  if (source.includes('.')) return [source];
  const names = await readdir(join(checkout, source));
  return names
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(source, name))
    .sort();
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

// Webpack's progress is nobody's business; its errors are thrown.
const silent = (): void => undefined;
const quiet = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };
