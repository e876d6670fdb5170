import type { Command } from 'commander';
import { keyOption } from '../options.ts';

/** `airlock journal export`: verifies the journal on this machine, and then writes the files. */
export function addExport(journal: Command): void {
  journal
    .command('export')
    .description('write the whole journal and its checkpoint to a folder (C2SP tlog-tiles)')
    .argument('<folder>', 'new or empty folder')
    .addOption(keyOption())
    .action(async (folder: string, { key }: { key?: string }) => {
      const { connect } = await import('../wiring/connect.ts');
      const { keysFor } = await import('../wiring/journal-keys.ts');
      const { exportJournal } = await import('../../journal/export-journal.ts');
      const keys = await keysFor(key);
      const { api } = await connect();
      await exportJournal({ api, keys, write: (text) => void process.stdout.write(text) }, folder);
    });
}
