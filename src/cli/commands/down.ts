import { rm } from 'node:fs/promises';
import type { Command } from 'commander';

/** Adds the command `airlock down`. */
export function addDown(program: Command): void {
  program
    .command('down')
    .description('stop the embedded stack')
    .option('--purge', 'also delete the state folder of the stack')
    .action(down);
}

async function down({ purge }: { purge?: boolean }): Promise<void> {
  const { stopAll } = await import('../../../stack/process/process.ts');
  const { defaultStatePath, openState } = await import('../../../stack/state/state.ts');
  const state = await openState(defaultStatePath());
  const stopped = await stopAll(state);
  process.stdout.write(stopped.length > 0 ? `stopped: ${stopped.join(', ')}\n` : 'nothing was running\n');
  if (!purge) return;
  await rm(state.path, { recursive: true, force: true });
  process.stdout.write(`deleted: ${state.path}\n`);
}
