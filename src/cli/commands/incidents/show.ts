import type { Command } from 'commander';
import { standardOutput } from '../../render/output.ts';
import { outputOption, type OutputOptions } from '../options.ts';

/** `airlock incidents show` */
export function addShow(incidents: Command): void {
  incidents
    .command('show')
    .description('show one incident: its status, its dossier or what was found so far, its journal')
    .argument('<incident>', 'id of the incident: inc-...')
    .addOption(outputOption())
    .action(async (typed: string, { output }: OutputOptions) => {
      const { typedIncident } = await import('../../input/typed-incident.ts');
      const incident = typedIncident(typed);
      const { connect } = await import('../wiring/connect.ts');
      const { showIncident } = await import('../../incidents/show-incident.ts');
      await showIncident((await connect()).api, incident, standardOutput(output));
    });
}
