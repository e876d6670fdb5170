import type { Command } from 'commander';
import { checkout } from './wiring/checkout.ts';

/** `airlock demo` */
export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('start a stack, run the demo stories on it, then stop it')
    .option('--json', 'print the results as one JSON document, as -o json of other commands does')
    .option('--keep', 'do not stop the stack')
    .action(async (options: { json?: boolean; keep?: boolean }) => {
      const { demo } = await import('../../../demo/main.ts');
      await demo(checkout, options);
    });
}
