import type { Command } from 'commander';
import { standardOutput } from '../../render/output.ts';
import { keyOption, outputOption, sinceOption, type OutputOptions } from '../options.ts';

interface ProveOptions extends OutputOptions {
  key?: string;
  since?: string;
}

/**
 * Adds the command `airlock journal prove`. The key does not come from the API: a compromised API could sign a false
 * journal with its own key and send that key.
 */
export function addProve(journal: Command): void {
  journal
    .command('prove')
    .description('prove on this machine that the signed journal contains the records that `journal show` lists')
    .argument('<incident>', 'id of the incident: inc-...')
    .addOption(keyOption())
    .addOption(sinceOption())
    .addOption(outputOption())
    .action(prove);
}

async function prove(incidentArgument: string, { key, since, output }: ProveOptions): Promise<void> {
  const { parseIncidentId } = await import('../../input/parse-incident-id.ts');
  const incident = parseIncidentId(incidentArgument);
  const { connect } = await import('../wiring/connect.ts');
  const { readKeysOrDefault } = await import('../wiring/journal-keys.ts');
  const { readNote } = await import('../../journal/export-journal.ts');
  const { proveJournal } = await import('../../journal/prove-journal.ts');
  const keys = await readKeysOrDefault(key);
  const olderNote = since === undefined ? undefined : await readNote('--since', since);
  const { api } = await connect();
  await proveJournal({ api, keys, output: standardOutput(output) }, incident, olderNote);
}
