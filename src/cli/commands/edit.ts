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
    .description(
      'change parameters of the plan of an open dossier: this dossier becomes invalid, and a new one replaces it',
    )
    .argument('<incident>', 'id of the incident: inc-...')
    .addOption(dossierOption())
    .addOption(paramOption('parameter to change'))
    .addOption(reasonOption())
    .action(edit);
}

async function edit(incident: string, { dossier, param = [], reason }: EditOptions): Promise<void> {
  const { parseIncidentId } = await import('../input/parse-incident-id.ts');
  const { parseDossierDigest, parseReason } = await import('../input/decision-options.ts');
  const { splitParameters } = await import('../input/parameters.ts');
  const input = {
    incident: parseIncidentId(incident),
    dossier: parseDossierDigest(dossier),
    param: splitParameters(param),
    reason: parseReason(reason),
  };
  const { openSession } = await import('./wiring/session.ts');
  const { edit: editWith } = await import('../approval/edit.ts');
  const { checkEdit } = await import('../../actions/check-edit.ts');
  await editWith({ ...(await openSession()), checkEdit }, input);
}
