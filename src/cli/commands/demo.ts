import type { Command } from 'commander';
import { checkout } from './wiring/checkout.ts';

/** `airlock demo` */
export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('run the demo stories on a stack of their own, then stop it')
    .option('--json', 'print the results as one JSON document')
    .option('--keep', 'leave the stack running')
    .action(async (options: { json?: boolean; keep?: boolean }) => {
      const { demo } = await import('../../../demo/main.ts');
      await demo(checkout, options);
    });
}
