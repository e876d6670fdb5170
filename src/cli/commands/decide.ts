import type { Command } from 'commander';
import { dossiersOption, reasonOption } from './options.ts';

interface DecideOptions {
  dossier: string[];
  reason: string;
  tokenOnly?: boolean;
}

/** Adds the commands `airlock approve` and `airlock deny`. */
export function addDecide(program: Command): void {
  for (const verb of ['approve', 'deny'] as const) {
    program
      .command(verb)
      .description(`${verb} one dossier or several, with one sign-in for exactly these decisions`)
      .argument('<incident...>', 'ids of the incidents: inc-...; a dossier of tier high must be the only one')
      .addOption(dossiersOption())
      .addOption(reasonOption())
      .option('--token-only', 'send nothing; print each decision with its token, one per line, for the Temporal CLI')
      .action((incidents: string[], options: DecideOptions) => runDecide(verb, incidents, options));
  }
}

async function runDecide(verb: 'approve' | 'deny', incidents: string[], options: DecideOptions): Promise<void> {
  const { dossier, reason, tokenOnly } = options;
  const { parseDossiers, parseReason } = await import('../input/decision-options.ts');
  const input = {
    verb,
    dossiers: parseDossiers(incidents, dossier),
    reason: parseReason(reason),
    tokenOnly: tokenOnly ?? false,
  };
  const { openSession } = await import('./wiring/session.ts');
  const { decide } = await import('../approval/decide.ts');
  await decide(await openSession(), input);
}
