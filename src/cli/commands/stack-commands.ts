import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readDescription, type StackDescription } from '../../../stack/state/description.ts';
import { ensureParts } from '../../../stack/toolchain/toolchain.ts';
import { alive, stopAll } from '../../../stack/process/process.ts';
import { createProgress } from '../../../stack/progress.ts';
import { defaultStatePath, openState, type StateFolder } from '../../../stack/state/state.ts';
import { up as startStack, type UpOptions } from '../../../stack/up.ts';
import { checkPolicies } from '../../adapters/opa/check-policies.ts';
import { migrate } from '../../adapters/postgres/migrate.ts';
import { createPool } from '../../adapters/postgres/pool.ts';
import { bundleWorkflows } from '../../adapters/temporal/workflow-bundle.ts';
import { AirlockError } from '../../lib/error.ts';
import { visible } from '../../lib/escape-for-terminal.ts';
import { createPhasesReader } from '../../server/phases-file.ts';
import { loadPlaybooks } from '../../reasoning/playbooks/load-playbooks.ts';
import { Secret } from '../../platform/secret.ts';

// The entry point of what people do with a stack: the only place where the stack meets the adapters' schema.

/** Builds what is missing and starts a stack in that state folder. */
export async function startIn(
  checkout: string,
  state: StateFolder,
  options: Pick<UpOptions, 'progress' | 'times' | 'phasesFile' | 'reach'>,
): Promise<StackDescription> {
  const { progress, phasesFile = join(checkout, 'policies/phases.yaml') } = options;
  const parts = await ensureParts(progress);
  progress.step('checking policies and playbooks, bundling workflows');
  await Promise.all([
    checkPolicies(parts.program('opa'), join(checkout, 'policies')),
    loadPlaybooks(join(checkout, 'playbooks')),
    createPhasesReader(phasesFile)(),
    bundleWorkflows(),
  ]);
  return startStack({ ...options, checkout, state, parts, migrate: migrateAs });
}

async function migrateAs(ownerUrl: string): Promise<void> {
  const pool = createPool(new Secret(ownerUrl));
  try {
    await migrate(pool);
  } finally {
    await pool.end();
  }
}

/** `airlock up` */
export async function up(checkout: string): Promise<void> {
  const progress = createProgress();
  try {
    const state = await openState(defaultStatePath());
    const running = (await state.records()).filter(({ name }) => name === 'serve');
    if ((await Promise.all(running.map(alive))).includes(true)) {
      process.stdout.write('the stack is up already: see `npx airlock status`\n');
      return;
    }
    const description = await startIn(checkout, state, { progress });
    process.stdout.write(`${describe(description)}\nstop it with: npx airlock down\n`);
  } finally {
    progress.done();
  }
}

/** `airlock down` */
export async function down({ purge }: { purge?: boolean }): Promise<void> {
  const state = await openState(defaultStatePath());
  const stopped = await stopAll(state);
  process.stdout.write(stopped.length > 0 ? `stopped: ${stopped.join(', ')}\n` : 'nothing was running\n');
  if (!purge) return;
  await rm(state.path, { recursive: true, force: true });
  process.stdout.write(`deleted: ${state.path}\n`);
}

/** What `airlock status` says of the stack. @returns false where something that was started does not run any more. */
export async function status(): Promise<boolean> {
  const state = await openState(defaultStatePath());
  const description = await readDescription(state);
  const records = (await state.records()).sort((a, b) => a.order - b.order || a.name.localeCompare(b.name));
  const lives = await Promise.all(records.map(alive));
  const rows = records.map(
    ({ name, pid }, index) => `${lives[index] ? 'runs' : 'GONE'}  ${String(pid).padEnd(8)} ${name}`,
  );
  process.stdout.write(`${rows.join('\n')}\n${describe(description)}\n`);
  const complete = records.length > 0 && !lives.includes(false);
  if (!complete)
    process.stdout.write('not everything runs: look at the logs, then `npx airlock down` and `npx airlock up`\n');
  return complete;
}

/** `airlock doctor`: exit code 1 when something is missing or wrong. */
export async function doctor(): Promise<void> {
  const findings = await (await import('../../../stack/doctor/doctor.ts')).doctor();
  for (const { name, ok, found, mend } of findings) {
    process.stdout.write(
      `${ok ? 'ok  ' : 'BAD '} ${name.padEnd(22)} ${visible(found)}\n${ok || !mend ? '' : `     mend: ${visible(mend)}\n`}`,
    );
  }
  if (findings.every(({ ok }) => ok)) return;
  throw new AirlockError({ code: 'machine-not-ready', message: 'something is missing: see above', next: 'ask' });
}

function describe({ api, issuer, ownUsers, targets, usersFile }: StackDescription): string {
  return [
    `API         ${api}`,
    `sign-in     ${issuer}, users in ${usersFile}`,
    ...targets.map(({ name, kubeconfigFile }) => `${name.padEnd(11)} kubectl --kubeconfig ${kubeconfigFile}`),
    ownUsers
      ? 'users       each process runs as a user of its own'
      : 'users       all processes share one user: see SECURITY.md',
  ].join('\n');
}
