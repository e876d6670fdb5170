import type { Command } from 'commander';
import { requiredKeyOption, sinceOption } from '../options.ts';

/** `airlock journal verify`. It needs no running stack and no network. */
export function addVerify(journal: Command): void {
  journal
    .command('verify')
    .description('verify an exported journal with only a key, without any server')
    .argument('<folder>', 'folder of an export')
    .addOption(requiredKeyOption())
    .addOption(sinceOption())
    .action(async (folder: string, { key, since }: { key: string; since?: string }) => {
      const { readJournalKeys } = await import('../../journal/journal-keys.ts');
      const { verifyJournal } = await import('../../journal/export-journal.ts');
      const keys = await readJournalKeys('--key', key);
      await verifyJournal({ keys, write: (text) => void process.stdout.write(text) }, folder, since);
    });
}
