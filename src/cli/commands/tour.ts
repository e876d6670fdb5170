import type { Command } from 'commander';
import { checkout } from './wiring/checkout.ts';

/** Adds the command `airlock tour`. */
export function addTour(program: Command): void {
  program
    .command('tour')
    .description('run one incident on a temporary stack, then write a folder with a page, the dossier and the journal')
    .argument('[folder]', 'folder to write: new, empty, or an earlier tour, which is replaced', 'docs/tour')
    .action(async (folder: string) => {
      const { tour } = await import('../../../demo/tour/tour.ts');
      await tour(checkout, folder);
    });
}
