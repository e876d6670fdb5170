import type { Command } from 'commander';
import { checkout } from './wiring/checkout.ts';

/** `airlock tour` */
export function addTour(program: Command): void {
  program
    .command('tour')
    .description('run one incident on a stack of its own, and write its dossier, journal and proofs to a folder')
    .argument('[folder]', 'folder to write to; its content is replaced', 'docs/tour')
    .action(async (folder: string) => {
      const { tour } = await import('../../../demo/tour/tour.ts');
      await tour(checkout, folder);
    });
}
