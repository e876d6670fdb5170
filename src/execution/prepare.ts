import { randomBytes } from 'node:crypto';
import { toBase64url } from '../lib/base64.ts';
import type { Digest } from '../lib/digest.ts';
import type { PrepareAnswer } from '../domain/execution/execution.ts';
import type { Incident } from '../domain/incident/incident.ts';
import { executionId } from '../domain/names.ts';
import type { Blobs, Journal } from '../domain/journal/ports.ts';
import { loadDossier } from './checks/load.ts';
import { appendRecord } from './append-record.ts';
import type { Challenge, Challenges } from './ports.ts';
import { recheck, type RecheckDeps } from './checks/recheck.ts';

/** What `prepare` needs from outside. */
export interface PrepareDeps extends RecheckDeps {
  blobs: Blobs;
  challenges: Challenges;
  journal: Journal;
  clock: () => Date;
}

/**
 * Checks whether a dossier may be executed now. If all checks pass, the execution gets its challenge.
 * @returns `ready: true` with the challenge that the report of the preflight must contain, or `ready: false` with
 * reasons. Every answer with `ready: true` has the same challenge. After the gateway has admitted a report with this
 * challenge, the answer is always `ready: false`, because a dossier is executed only once.
 * @throws AirlockError `dossier-invalid`, and the errors of the checks and the stores.
 */
export async function prepare(
  deps: PrepareDeps,
  input: { incident: Incident; dossier: Digest },
): Promise<PrepareAnswer> {
  const execution = executionId(input.dossier, 'do');
  const dossier = await loadDossier(deps.blobs, input.dossier);
  const now = deps.clock();
  const recordContext = { incident: input.incident.id, trace: dossier.trace };
  const earlier = await deps.challenges.find(execution);
  const context = { ...input, digest: input.dossier, dossier, direction: 'do', now } as const;
  const reasons = [...reasonIfRedeemed(earlier), ...(await recheck(context, deps))];
  if (reasons.length > 0) {
    const body = { execution, dossier: input.dossier, reasons };
    await appendRecord(deps.journal, 'execution.refused', recordContext, { message: reasons.join('; '), body });
    return { ready: false, execution, reasons };
  }
  if (!earlier) {
    const body = { execution, dossier: input.dossier };
    const message = `${execution} waits for the preflight rehearsal`;
    await appendRecord(deps.journal, 'execution.prepared', recordContext, { message, body });
  }
  const { challenge } = earlier ?? (await deps.challenges.add(execution, newChallenge(now)));
  return { ready: true, execution, challenge, dossier: input.dossier };
}

function reasonIfRedeemed(challenge: Challenge | undefined): string[] {
  return challenge?.redeemedBy
    ? ['the gateway has already admitted a preflight report for this dossier: a dossier is executed only once']
    : [];
}

function newChallenge(now: Date): Challenge {
  return { challenge: toBase64url(randomBytes(32)), madeAt: now.toISOString() };
}
