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
  const { isRunning } = await import('../../../stack/process/process.ts');
  const { defaultStatePath, openState } = await import('../../../stack/state/state.ts');
  const { checkAndStartStack } = await import('./wiring/start-stack.ts');
  const { renderAddresses } = await import('./wiring/local-stack.ts');
  const { terminalOf } = await import('../render/terminal.ts');
  const progress = createProgress();
  try {
    const state = await openState(defaultStatePath());
    const serveRecords = (await state.records()).filter(({ name }) => name === 'serve');
    if (serveRecords.some(isRunning)) {
      process.stdout.write('nothing was started, because airlock serve already runs: see `npx airlock status`\n');
      return;
    }
    const description = await checkAndStartStack(checkout, state, { progress });
    const lines = [
      ...renderAddresses(description, terminalOf(process.stdout)),
      'stop the stack with: npx airlock down',
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  } finally {
    progress.done();
  }
}
