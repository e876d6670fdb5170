import { Command } from 'commander';
import { addDecide } from './cli/commands/decide.ts';
import { addDemo } from './cli/commands/demo.ts';
import { addDoctor } from './cli/commands/doctor.ts';
import { addDown } from './cli/commands/down.ts';
import { addEdit } from './cli/commands/edit.ts';
import { addIncidents } from './cli/commands/incidents/incidents.ts';
import { addJournal } from './cli/commands/journal/journal.ts';
import { addProcesses } from './cli/commands/processes.ts';
import { addRequest } from './cli/commands/request.ts';
import { addStatus } from './cli/commands/status.ts';
import { addTest } from './cli/commands/test.ts';
import { addTour } from './cli/commands/tour.ts';
import { addUndo } from './cli/commands/undo.ts';
import { addUp } from './cli/commands/up.ts';
import { escapeLines } from './cli/render/escape-lines.ts';
import { printFailure } from './cli/render/failure.ts';

// A process must not load the code of another plane (observation, reasoning, governance or execution). So these
// functions only declare the commands. When a command runs, it imports the code that it needs.
const commandGroups: Record<string, ((program: Command) => void)[]> = {
  'Incidents:': [addIncidents, addDecide, addEdit, addRequest, addUndo],
  'Journal:': [addJournal],
  'Processes:': [addProcesses, addStatus],
  'Embedded stack:': [addUp, addDown, addDoctor, addDemo, addTour],
  'Development:': [addTest],
};

const program = new Command('airlock')
  .description('Plans, rehearses, executes and verifies repairs of Kubernetes clusters.')
  .showHelpAfterError()
  // Error messages quote the arguments of the user, and arguments can contain terminal escapes. The commands that are
  // added below copy this setting.
  .configureOutput({ outputError: (text, write) => write(escapeLines(text)) })
  .exitOverride();

for (const [heading, group] of Object.entries(commandGroups)) {
  program.commandsGroup(heading);
  for (const add of group) add(program);
}

// In `airlock incidents | head`, `head` may end first. Writing then fails with EPIPE. This is not a failure of Airlock.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = printFailure(error);
}
