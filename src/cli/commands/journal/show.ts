import type { Command } from 'commander';
import { standardOutput } from '../../render/output.ts';
import { outputOption, type OutputOptions } from '../options.ts';

/** `airlock journal show` */
export function addShow(journal: Command): void {
  journal
    .command('show')
    .description('list the journal records of one incident')
    .argument('<incident>', 'id of the incident: inc-...')
    .addOption(outputOption())
    .action(async (typed: string, { output }: OutputOptions) => {
      const { typedIncident } = await import('../../input/typed-incident.ts');
      const incident = typedIncident(typed);
      const { connect } = await import('../wiring/connect.ts');
      const { showJournal } = await import('../../journal/show-journal.ts');
      await showJournal((await connect()).api, incident, standardOutput(output));
    });
}
