import { randomBytes } from 'node:crypto';
import { toBase64url } from '../lib/base64.ts';
import { objectsOf } from '../actions/objects-of.ts';
import type { Digest } from '../lib/digest.ts';
import type { PrepareAnswer } from '../domain/execution/execution.ts';
import type { Incident } from '../domain/incident/incident.ts';
import { executionId } from '../domain/names.ts';
import type { Blobs } from '../domain/journal/ports.ts';
import { loadDossier } from './checks/load.ts';
import { appendRecord } from './append-record.ts';
import type { Challenge, Challenges, Ledger, ObjectTokens } from './ledger-ports.ts';
import { readComplete, reportingAttacks, type ReconcileDeps } from './reconcile.ts';
import { recheck, type RecheckDeps } from './checks/recheck.ts';

/** What `prepare` needs from outside. */
export interface PrepareDeps extends RecheckDeps, ReconcileDeps {
  blobs: Blobs;
  challenges: Challenges;
  ledger: Pick<Ledger, 'find' | 'freeObjects'>;
  clock: () => Date;
}

/**
 * Checks whether a dossier may be executed now. If all checks pass, the execution gets its challenge.
 * @returns `ready: true` with the challenge that the report of the preflight must contain, or `ready: false` with
 * reasons. Every answer with `ready: true` has the same challenge. After the gateway has admitted a report with this
 * challenge, the answer is always `ready: false`, because a dossier is executed only once.
 * @throws AirlockError `dossier-invalid`; `object-busy` (retry) while another execution has locked an object of the
 * plan; `ledger-corrupt` (stop) if somebody else has changed the ledger; the errors of the checks and the stores.
 */
export async function prepare(
  deps: PrepareDeps,
  input: { incident: Incident; dossier: Digest },
): Promise<PrepareAnswer> {
  const execution = executionId(input.dossier, 'do');
  const dossier = await loadDossier(deps.blobs, input.dossier);
  const recordContext = { incident: input.incident.id, trace: dossier.trace };
  return reportingAttacks(deps, { execution, ...recordContext }, async () => {
    const now = deps.clock();
    const found = await readComplete(deps, dossier, { execution, direction: 'do' });
    const { challenge: earlier, challengeUnrecorded } = found;
    const context = { ...input, digest: input.dossier, dossier, direction: 'do', now } as const;
    const reasons = [...reasonIfRedeemed(earlier), ...(await recheck(context, deps))];
    if (reasons.length > 0) {
      const body = { execution, dossier: input.dossier, reasons };
      await appendRecord(deps.journal, 'execution.refused', recordContext, { message: reasons.join('; '), body });
      return { ready: false, execution, reasons };
    }
    // The snapshot of the preflight must be younger than the writes of an execution that has these objects now.
    const objectTokens = await deps.ledger.freeObjects(execution, objectsOf(dossier.plan, 'do'));
    const { challenge } = earlier ?? (await deps.challenges.add(execution, newChallenge(now, objectTokens)));
    // The row is inserted before its record. So a record without a row means that somebody deleted the row.
    if (!earlier || challengeUnrecorded) {
      const body = { execution, dossier: input.dossier };
      const message = `${execution} waits for the preflight rehearsal`;
      await appendRecord(deps.journal, 'execution.prepared', recordContext, { message, body });
    }
    return { ready: true, execution, challenge, dossier: input.dossier };
  });
}

function reasonIfRedeemed(challenge: Challenge | undefined): string[] {
  return challenge?.redeemedBy
    ? ['the gateway has already admitted a preflight report for this dossier: a dossier is executed only once']
    : [];
}

function newChallenge(now: Date, objectTokens: ObjectTokens): Challenge {
  return { challenge: toBase64url(randomBytes(32)), madeAt: now.toISOString(), objectTokens };
}
