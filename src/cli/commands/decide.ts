import type { Command } from 'commander';
import { dossierOption, reasonOption } from './options.ts';

interface DecideOptions {
  dossier: string;
  reason: string;
  tokenOnly?: boolean;
}

/** Adds the commands `airlock approve` and `airlock deny`. */
export function addDecide(program: Command): void {
  for (const verb of ['approve', 'deny'] as const) {
    program
      .command(verb)
      .description(`${verb} a dossier, with a sign-in for this decision only`)
      .argument('<incident>', 'id of the incident: inc-...')
      .addOption(dossierOption())
      .addOption(reasonOption())
      .option('--token-only', 'send nothing; print the decision and its token for the Temporal CLI')
      .action((incident: string, options: DecideOptions) => runDecide(verb, incident, options));
  }
}

async function runDecide(verb: 'approve' | 'deny', incident: string, { dossier, reason, tokenOnly }: DecideOptions) {
  const { parseIncidentId } = await import('../input/parse-incident-id.ts');
  const { parseDossierDigest, parseReason } = await import('../input/decision-options.ts');
  const input = {
    verb,
    incident: parseIncidentId(incident),
    dossier: parseDossierDigest(dossier),
    reason: parseReason(reason),
    tokenOnly: tokenOnly ?? false,
  };
  const { openSession } = await import('./wiring/session.ts');
  const { decide } = await import('../approval/decide.ts');
  await decide(await openSession(), input);
}
