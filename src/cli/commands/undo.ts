import type { Command } from 'commander';
import { optionalReasonOption } from './options.ts';

/** Adds the command `airlock undo`. */
export function addUndo(program: Command): void {
  program
    .command('undo')
    .description('request the undo of an executed repair; the undo is a new plan, which needs an approval')
    .argument('<incident>', 'id of the incident: inc-...')
    .addOption(optionalReasonOption())
    .action(runUndo);
}

async function runUndo(incident: string, { reason }: { reason: string }): Promise<void> {
  const { parseIncidentId } = await import('../input/parse-incident-id.ts');
  const { parseReason } = await import('../input/decision-options.ts');
  const input = { incident: parseIncidentId(incident), reason: parseReason(reason) };
  const { openSession } = await import('./wiring/session.ts');
  const { undo } = await import('../approval/undo.ts');
  await undo(await openSession(), input);
}
