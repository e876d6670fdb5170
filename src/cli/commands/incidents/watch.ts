import type { Command } from 'commander';
import { standardOutput } from '../../render/output.ts';
import { outputOption, type OutputOptions } from '../options.ts';

interface WatchOptions extends OutputOptions {
  incident?: string;
  after?: string;
}

/** Adds the command `airlock incidents watch`. */
export function addWatch(incidents: Command): void {
  incidents
    .command('watch')
    .description('print each new journal record until Ctrl-C; with -o json, each line is one JSON document')
    .option('--incident <id>', 'print only records of this incident: inc-...')
    .option(
      '--after <seq>',
      'begin after the record with this number (default: the latest record); 0 begins with the first record',
    )
    .addOption(outputOption())
    .action(watch);
}

async function watch({ incident, after, output }: WatchOptions): Promise<void> {
  const { parseIncidentId } = await import('../../input/parse-incident-id.ts');
  const { parseInput } = await import('../../input/parse-input.ts');
  const { sequenceSchema } = await import('../../../domain/journal/journal.ts');
  if (incident !== undefined) parseIncidentId(incident, '--incident');
  if (after !== undefined) parseInput('--after', sequenceSchema, after);
  const { connect } = await import('../wiring/connect.ts');
  const { watchIncidents } = await import('../../incidents/watch-incidents.ts');
  const { api } = await connect();
  const ending = new AbortController();
  const end = (): void => ending.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  const err = (line: string): void => void process.stderr.write(`${line}\n`);
  await watchIncidents(api, { incident, after, signal: ending.signal, output: standardOutput(output), err });
}
