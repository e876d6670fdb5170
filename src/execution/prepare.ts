import { randomBytes } from 'node:crypto';
import type { Digest } from '../lib/digest.ts';
import type { Prepared } from '../domain/execution/execution.ts';
import type { Incident } from '../domain/incident/incident.ts';
import { executionId } from '../domain/names.ts';
import type { Blobs, Journal } from '../domain/ports.ts';
import { loadDossier } from './checks/load.ts';
import { note } from './append-record.ts';
import type { Challenge, Challenges } from './ports.ts';
import { recheck, type RecheckDeps } from './checks/recheck.ts';

export interface PrepareDeps extends RecheckDeps {
  blobs: Blobs;
  challenges: Challenges;
  journal: Journal;
  clock: () => Date;
}

/**
 * Whether a dossier may be executed now, and the challenge that its rehearsal at the door must carry: 32 random bytes,
 * base64url. Asked again before a report used it: the same challenge; afterwards: none, ever.
 */
export async function prepare(deps: PrepareDeps, input: { incident: Incident; dossier: Digest }): Promise<Prepared> {
  const execution = executionId(input.dossier, 'do');
  const dossier = await loadDossier(deps.blobs, input.dossier);
  const now = deps.clock();
  const subject = { incident: input.incident.id, trace: dossier.trace };
  const earlier = await deps.challenges.find(execution);
  const facts = { ...input, digest: input.dossier, dossier, direction: 'do', now } as const;
  const reasons = [...used(earlier), ...(await recheck(facts, deps))];
  if (reasons.length > 0) {
    const body = { execution, dossier: input.dossier, reasons };
    await note(deps.journal, 'execution.refused', subject, { fact: reasons.join('; '), body });
    return { ready: false, execution, reasons };
  }
  if (!earlier) {
    const body = { execution, dossier: input.dossier };
    await note(deps.journal, 'execution.prepared', subject, {
      fact: `${execution} waits for a rehearsal at the door`,
      body,
    });
  }
  const { challenge } = earlier ?? (await deps.challenges.open(execution, newChallenge(now)));
  return { ready: true, execution, challenge, dossier: input.dossier };
}

function used(challenge: Challenge | undefined): string[] {
  return challenge?.redeemedBy ? ['the challenge of this execution was used: a dossier is executed once'] : [];
}

function newChallenge(now: Date): Challenge {
  return { challenge: randomBytes(32).toString('base64url'), madeAt: now.toISOString() };
}
