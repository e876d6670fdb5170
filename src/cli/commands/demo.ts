import type { Command } from 'commander';
import { checkout } from './wiring/checkout.ts';

/** Adds the command `airlock demo`. */
export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('start an embedded stack, run the stories of the demo, then stop the stack')
    .option('--json', 'print the results as one JSON document')
    .option('--keep', 'leave the stack running after the stories')
    .action(async (options: { json?: boolean; keep?: boolean }) => {
      const { demo } = await import('../../../demo/main.ts');
      await demo(checkout, options);
    });
}
