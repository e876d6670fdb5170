import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const main = `
  process.on('SIGTERM', () => process.exit(7));
  console.log('started', process.argv.slice(2).join(' '));
  if (process.argv[2] === 'wait') setTimeout(() => {}, 60_000);
  else process.exitCode = 3;
`;

/** Creates a checkout with the real launcher, a small main.ts, and an installed, nearly empty lock file. */
export async function smallCheckout(t: TestContext, packages: object = {}): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'airlock-launcher-'));
  t.after(() => rm(path, { recursive: true }));
  await cp(join(checkout, 'bin'), join(path, 'bin'), { recursive: true });
  for (const file of ['stack/state/lock.mjs', 'stack/process/process-identity.mjs'])
    await cp(join(checkout, file), join(path, file));
  await mkdir(join(path, 'src'));
  await writeFile(join(path, 'src', 'main.ts'), main);
  const locked = Object.keys(packages).map((name) => [name.replace('node_modules/', ''), '3.0.1']);
  const root = { name: 'small', version: '1.0.0', dependencies: Object.fromEntries(locked) };
  await writeFile(join(path, 'package.json'), JSON.stringify(root));
  const lock = { ...root, lockfileVersion: 3, requires: true, packages: { '': root, ...packages } };
  await writeFile(join(path, 'package-lock.json'), JSON.stringify(lock));
  await mkdir(join(path, 'node_modules', '.bin'), { recursive: true });
  await writeFile(join(path, 'node_modules', '.package-lock.json'), JSON.stringify({ ...lock, packages: {} }));
  await writeFile(join(path, 'node_modules', '.airlock-install-scripts'), '');
  return path;
}

/**
 * Starts the launcher of a checkout.
 * @param nodeVersion the version that the Node which runs the launcher claims to have. Default: its real version.
 */
export function launch(
  path: string,
  args: string[],
  { env, nodeVersion }: { env?: Record<string, string>; nodeVersion?: string } = {},
): ChildProcess {
  const { npm_execpath: _, ...rest } = process.env;
  const claim = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${nodeVersion ?? ''}' } })`;
  const claimArgs = nodeVersion === undefined ? [] : ['--import', `data:text/javascript,${encodeURIComponent(claim)}`];
  return spawn(process.execPath, [...claimArgs, join(path, 'bin', 'airlock.mjs'), ...args], {
    env: { ...rest, ...env },
    stdio: 'pipe',
  });
}

/** Returns what a child printed and its exit code, when it has ended. */
export async function resultOf(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const printed = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => (printed.stdout += chunk));
  child.stderr?.on('data', (chunk) => (printed.stderr += chunk));
  const [code] = await once(child, 'close');
  return { code, ...printed };
}
