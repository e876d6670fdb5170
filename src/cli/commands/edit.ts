import type { Command } from 'commander';
import { dossierOption, paramOption, reasonOption } from './options.ts';

interface EditOptions {
  dossier: string;
  param?: string[];
  reason: string;
}

/** Adds the command `airlock edit`. */
export function addEdit(program: Command): void {
  program
    .command('edit')
    .description('change parameters of the plan in a dossier: the dossier becomes invalid, and Airlock plans again')
    .argument('<incident>', 'id of the incident: inc-...')
    .addOption(dossierOption())
    .addOption(paramOption('parameter to change, such as to=6'))
    .addOption(reasonOption())
    .action(runEdit);
}

async function runEdit(incident: string, { dossier, param = [], reason }: EditOptions): Promise<void> {
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
  const { edit } = await import('../approval/edit.ts');
  const { checkEdit } = await import('../../actions/check-edit.ts');
  await edit({ ...(await openSession()), checkEdit }, input);
}
