import type { AirlockError } from '../../lib/error.ts';
import { refused } from '../../lib/error.ts';
import type { Digest } from '../../lib/digest.ts';
import type { Dossier } from '../../domain/approval/dossier.ts';
import { planDigest } from '../../domain/plan/plan.ts';
import type { Blobs, ReportVerifier } from '../../domain/ports.ts';
import type { SignedReport } from '../../domain/rehearsal/report.ts';
import { loadReport } from './load.ts';
import type { Challenge, Challenges } from '../ports.ts';

/** Longest age of a rehearsal at the door when it is first used, seconds: older, the cluster may have moved on. */
export const maxDoorAgeSeconds = 600;

export interface DoorDeps {
  blobs: Blobs;
  reports: ReportVerifier;
  challenges: Challenges;
  clock: () => Date;
}

/** What a report is wanted for. */
export interface AtTheDoor {
  execution: string;
  dossier: Dossier;
  /** Of the report that was brought, if one was. */
  digest: Digest | undefined;
}

/**
 * The rehearsal at the door: signed by the observer, of this plan for this incident on its cluster, made for exactly
 * this execution after its challenge was given out, and the only report that ever uses that challenge. The same report may come again (a retry).
 * @throws AirlockError `door-refused`; nothing is used up then, so a forged report cannot spoil a true one.
 */
export async function admitDoor(deps: DoorDeps, { execution, dossier, digest }: AtTheDoor): Promise<SignedReport> {
  const refuse = (why: string): AirlockError =>
    refused('door-refused', `rehearsal at the door of ${execution}: ${why}`);
  if (!digest) throw refuse('an execution needs one');
  const challenge = await deps.challenges.find(execution);
  if (!challenge) throw refuse('no challenge is open: prepare first');
  const door = await loadReport(deps.blobs, digest);
  if (!(await deps.reports.verify(door.statement, door.signature))) throw refuse('the signature is not the observer’s');
  const wrong = elsewhere(door, dossier) ?? mismatch(door, { execution, digest, challenge, now: deps.clock() });
  if (wrong) throw refuse(wrong);
  if ((await deps.challenges.redeem(execution, digest)) !== digest) throw refuse('another report used the challenge');
  return door;
}

/** Whatever a later check would make of it, such a report could only spoil the challenge. */
function elsewhere({ statement }: SignedReport, { plan, incident }: Dossier): string | undefined {
  if (statement.report.plan !== planDigest(plan)) return 'it ran another plan';
  if (statement.cluster !== plan.cluster) return 'it is of another cluster';
  return statement.incident === incident ? undefined : 'it is of another incident';
}

interface Expected {
  execution: string;
  digest: Digest;
  challenge: Challenge;
  now: Date;
}

function mismatch({ statement }: SignedReport, { execution, digest, challenge, now }: Expected): string | undefined {
  if (statement.execution !== execution) return 'it was made for another execution';
  if (statement.challenge !== challenge.challenge) return 'it does not carry the open challenge';
  const taken = Date.parse(statement.takenAt);
  if (taken < Date.parse(challenge.madeAt)) return 'its snapshot is older than the challenge';
  const age = (now.getTime() - taken) / 1000;
  if (challenge.redeemedBy !== digest && age > maxDoorAgeSeconds) return `its snapshot is ${Math.round(age)} s old`;
  return undefined;
}
