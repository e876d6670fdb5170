import type { Command } from 'commander';
import type { ApiClient } from '../../api/api-client.ts';
import { standardOutput, type Output } from '../../render/output.ts';
import { outputOption, type OutputOptions } from '../options.ts';

type Show = (api: ApiClient, incident: string, output: Output) => Promise<void>;

/**
 * Adds the command `show <incident>` to a command group, such as `incidents`.
 * @param load imports the code of the command. This happens only when the command runs.
 */
export function addShowCommand(group: Command, description: string, load: () => Promise<Show>): void {
  group
    .command('show')
    .description(description)
    .argument('<incident>', 'id of the incident: inc-...')
    .addOption(outputOption())
    .action(async (idText: string, { output }: OutputOptions) => {
      const { parseIncidentId } = await import('../../input/parse-incident-id.ts');
      const incident = parseIncidentId(idText);
      const { connect } = await import('./connect.ts');
      const show = await load();
      await show((await connect()).api, incident, standardOutput(output));
    });
}
