import type { Command } from 'commander';
import { checkout } from './wiring/checkout.ts';

/** `airlock up` */
export function addUp(program: Command): void {
  program
    .command('up')
    .description('start the embedded stack: the servers, two target clusters, and the four processes of Airlock')
    .action(up);
}

async function up(): Promise<void> {
  const { createProgress } = await import('../../../stack/progress.ts');
  const { alive } = await import('../../../stack/process/process.ts');
  const { defaultStatePath, openState } = await import('../../../stack/state/state.ts');
  const { startIn } = await import('./wiring/start-stack.ts');
  const { renderAddresses } = await import('./wiring/local-stack.ts');
  const { terminalOf } = await import('../render/terminal.ts');
  const progress = createProgress();
  try {
    const state = await openState(defaultStatePath());
    const serve = (await state.records()).filter(({ name }) => name === 'serve');
    if ((await Promise.all(serve.map(alive))).includes(true)) {
      process.stdout.write('the stack is already running: `npx airlock status` shows it\n');
      return;
    }
    const description = await startIn(checkout, state, { progress });
    const lines = [...renderAddresses(description, terminalOf(process.stdout)), 'stop it with: npx airlock down'];
    process.stdout.write(`${lines.join('\n')}\n`);
  } finally {
    progress.done();
  }
}
