import type { Command } from 'commander';
import { keyOption, sinceOption } from '../options.ts';

/** `airlock journal prove`: trusts no server; the key comes from elsewhere. */
export function addProve(journal: Command): void {
  journal
    .command('prove')
    .description('prove on this machine that each record of an incident is in the journal that the gateway signed')
    .argument('<incident>', 'id of the incident: inc-...')
    .addOption(keyOption())
    .addOption(sinceOption())
    .action(prove);
}

async function prove(typed: string, { key, since }: { key?: string; since?: string }): Promise<void> {
  const { typedIncident } = await import('../../input/typed-incident.ts');
  const incident = typedIncident(typed);
  const { connect } = await import('../wiring/connect.ts');
  const { keysFor } = await import('../wiring/journal-keys.ts');
  const { readNote } = await import('../../journal/export-journal.ts');
  const { proveJournal } = await import('../../journal/prove-journal.ts');
  const keys = await keysFor(key);
  const older = since === undefined ? undefined : await readNote('--since', since);
  const { api } = await connect();
  await proveJournal({ api, keys, write: (text) => void process.stdout.write(text) }, incident, older);
}
