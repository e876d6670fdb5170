import type { Command } from 'commander';
import { requiredKeyOption, sinceOption } from '../options.ts';

/** Adds the command `airlock journal verify`, which uses no network. */
export function addVerify(journal: Command): void {
  journal
    .command('verify')
    .description('verify an exported journal without a server')
    .argument('<folder>', 'folder that `airlock journal export` wrote')
    .addOption(requiredKeyOption())
    .addOption(sinceOption())
    .action(async (folder: string, { key, since }: { key: string; since?: string }) => {
      const { readJournalKeys } = await import('../../journal/journal-keys.ts');
      const { verifyJournal } = await import('../../journal/export-journal.ts');
      const keys = await readJournalKeys('--key', key);
      await verifyJournal({ keys, write: (text) => void process.stdout.write(text) }, folder, since);
    });
}
