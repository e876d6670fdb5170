import type { Command } from 'commander';
import { optionalReasonOption } from './options.ts';

/** `airlock undo` */
export function addUndo(program: Command): void {
  program
    .command('undo')
    .description('request the undo of what an incident changed, as a plan of its own')
    .argument('<incident>', 'id of the incident: inc-...')
    .addOption(optionalReasonOption())
    .action(undo);
}

async function undo(incident: string, { reason }: { reason: string }): Promise<void> {
  const { typedIncident } = await import('../input/typed-incident.ts');
  const { typedReason } = await import('../input/typed-decision.ts');
  const input = { incident: typedIncident(incident), reason: typedReason(reason) };
  const { openSession } = await import('./wiring/session.ts');
  const { undo: undoWith } = await import('../approval/undo.ts');
  await undoWith(await openSession(), input);
}
