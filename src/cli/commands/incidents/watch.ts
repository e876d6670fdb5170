import type { Command } from 'commander';
import { standardOutput } from '../../render/output.ts';
import { outputOption, type OutputOptions } from '../options.ts';

interface WatchOptions extends OutputOptions {
  incident?: string;
  after?: string;
}

/** `airlock incidents watch` */
export function addWatch(incidents: Command): void {
  incidents
    .command('watch')
    .description('print each journal record as it is appended, until Ctrl-C; with json, one document per line')
    .option('--incident <incident>', 'only records of this incident: inc-...')
    .option('--after <seq>', 'begin after the record with this sequence number; 0 for all')
    .addOption(outputOption())
    .action(watch);
}

async function watch({ incident, after, output }: WatchOptions): Promise<void> {
  const { typedIncident } = await import('../../input/typed-incident.ts');
  const { checkInput } = await import('../../input/check-input.ts');
  const { sequenceSchema } = await import('../../../domain/journal/journal.ts');
  if (incident !== undefined) typedIncident(incident, '--incident');
  if (after !== undefined) checkInput('--after', sequenceSchema, after);
  const { connect } = await import('../wiring/connect.ts');
  const { watchIncidents } = await import('../../incidents/watch-incidents.ts');
  const { api } = await connect();
  const ending = new AbortController();
  const end = (): void => ending.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  const err = (line: string): void => void process.stderr.write(`${line}\n`);
  await watchIncidents(api, { incident, after, signal: ending.signal, output: standardOutput(output), err });
}
