import type { Command } from 'commander';
import { dossierOption, paramOption, reasonOption } from './options.ts';

interface EditOptions {
  dossier: string;
  param?: string[];
  reason: string;
}

/** `airlock edit` */
export function addEdit(program: Command): void {
  program
    .command('edit')
    .description('change parameters of the plan of an open dossier: the dossier becomes invalid and a new one follows')
    .argument('<incident>', 'id of the incident: inc-...')
    .addOption(dossierOption())
    .addOption(paramOption('parameter that changes'))
    .addOption(reasonOption())
    .action(edit);
}

async function edit(incident: string, { dossier, param = [], reason }: EditOptions): Promise<void> {
  const { typedIncident } = await import('../input/typed-incident.ts');
  const { typedDossier, typedReason } = await import('../input/typed-decision.ts');
  const { typedParameters } = await import('../input/typed-parameters.ts');
  const input = {
    incident: typedIncident(incident),
    dossier: typedDossier(dossier),
    param: typedParameters(param),
    reason: typedReason(reason),
  };
  const { openSession } = await import('./wiring/session.ts');
  const { edit: editWith } = await import('../approval/edit.ts');
  const { editRefusal } = await import('../../actions/edit-refusal.ts');
  await editWith({ ...(await openSession()), editRefusal }, input);
}
