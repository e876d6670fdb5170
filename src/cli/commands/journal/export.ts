import type { Command } from 'commander';
import { keyOption } from '../options.ts';

/** Adds the command `airlock journal export`. The command verifies the journal before it writes a file. */
export function addExport(journal: Command): void {
  journal
    .command('export')
    .description('verify the journal up to its latest checkpoint, and write this part to a folder (C2SP tlog-tiles)')
    .argument('<folder>', 'folder to write to; must be new or empty')
    .addOption(keyOption())
    .action(async (folder: string, { key }: { key?: string }) => {
      const { connect } = await import('../wiring/connect.ts');
      const { readKeysOrDefault } = await import('../wiring/journal-keys.ts');
      const { exportJournal } = await import('../../journal/export-journal.ts');
      const keys = await readKeysOrDefault(key);
      const { api } = await connect();
      await exportJournal({ api, keys, write: (text) => void process.stdout.write(text) }, folder);
    });
}
