import type { Command } from 'commander';
import { standardOutput } from '../../render/output.ts';
import { keyOption, outputOption, sinceOption, type OutputOptions } from '../options.ts';

interface ProveOptions extends OutputOptions {
  key?: string;
  since?: string;
}

/** `airlock journal prove`. The key does not come from the API, so a compromised API cannot forge a journal. */
export function addProve(journal: Command): void {
  journal
    .command('prove')
    .description(
      'prove, on this machine, that the signed journal contains each record that the API lists for an incident',
    )
    .argument('<incident>', 'id of the incident: inc-...')
    .addOption(keyOption())
    .addOption(sinceOption())
    .addOption(outputOption())
    .action(prove);
}

async function prove(typed: string, { key, since, output }: ProveOptions): Promise<void> {
  const { parseIncidentId } = await import('../../input/parse-incident-id.ts');
  const incident = parseIncidentId(typed);
  const { connect } = await import('../wiring/connect.ts');
  const { keysFor } = await import('../wiring/journal-keys.ts');
  const { readNote } = await import('../../journal/export-journal.ts');
  const { proveJournal } = await import('../../journal/prove-journal.ts');
  const keys = await keysFor(key);
  const olderNote = since === undefined ? undefined : await readNote('--since', since);
  const { api } = await connect();
  await proveJournal({ api, keys, output: standardOutput(output) }, incident, olderNote);
}
