import type { Command } from 'commander';
import { optionalReasonOption } from './options.ts';

/** `airlock undo` */
export function addUndo(program: Command): void {
  program
    .command('undo')
    .description('request the undo of the changes of an incident; the undo is a new plan that needs approvals')
    .argument('<incident>', 'id of the incident: inc-...')
    .addOption(optionalReasonOption())
    .action(undo);
}

async function undo(incident: string, { reason }: { reason: string }): Promise<void> {
  const { parseIncidentId } = await import('../input/parse-incident-id.ts');
  const { parseReason } = await import('../input/decision-options.ts');
  const input = { incident: parseIncidentId(incident), reason: parseReason(reason) };
  const { openSession } = await import('./wiring/session.ts');
  const { undo: undoWith } = await import('../approval/undo.ts');
  await undoWith(await openSession(), input);
}
