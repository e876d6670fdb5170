import type { Command } from 'commander';
import { standardOutput } from '../../render/output.ts';
import { outputOption, type OutputOptions } from '../options.ts';

/**
 * Adds the command `airlock incidents ls`. `airlock incidents` without a subcommand runs `ls`, so the help of
 * `airlock incidents` contains the help of `ls`.
 */
export function addLs(incidents: Command): void {
  const ls = incidents
    .command('ls', { isDefault: true })
    .alias('list')
    .description('list the open and the 2,000 latest incidents, oldest first')
    .addOption(outputOption())
    .action(async ({ output }: OutputOptions) => {
      const { connect } = await import('../wiring/connect.ts');
      const { listIncidents } = await import('../../incidents/list-incidents.ts');
      await listIncidents((await connect()).api, standardOutput(output));
    });
  // Commander would pass a mistyped subcommand to `ls`, which would only say that it takes no argument.
  incidents.hook('preSubcommand', (_, command) => {
    const [word] = incidents.args;
    if (command !== ls || word === undefined || word.startsWith('-')) return;
    if (word !== ls.name() && word !== ls.alias()) incidents.error(`error: unknown command '${word}'`);
  });
  const note = 'Without a subcommand, `airlock incidents` runs `airlock incidents ls`:';
  incidents.addHelpText('after', () => `\n${note}\n\n${ls.helpInformation()}`);
}
