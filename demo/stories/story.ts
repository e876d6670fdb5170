import type { Digest } from '../../src/lib/digest.ts';
import type { Dossier } from '../../src/domain/approval/dossier.ts';
import { dossierSchema } from '../../src/domain/approval/dossier.ts';
import type { JournalRecord } from '../../src/domain/journal/journal.ts';
import type { Stage } from '../stage.ts';

/** Where a story's lines go: its stage in a few words, and the one fact that matters. */
export type Tell = (stage: string, fact: string) => void;

/** How a story ended. */
export interface StoryResult {
  id: string;
  title: string;
  /** How its incident ended, in the words of domain/incident.ts. */
  outcome: string;
  /** Whether everything that the story promises was seen. */
  passed: boolean;
  /** Sentences about what was not. */
  missing: string[];
  seconds: number;
  /** Where a process was killed, in the story that kills one. */
  killPoint?: KillPoint;
  /** What was predicted beside what was measured. */
  comparison: { fact: string; grade: string; predicted: string; actual: string }[];
}

/** The request whose answer a process never got, because it was killed then. */
export interface KillPoint {
  process: string;
  pid: number;
  /** When the target had finished the request, and the request's id, by the target's audit log. */
  at: string;
  auditId: string;
  /** As `patch deployments shop/web`. */
  request: string;
}

/** What a story finds out: without its name and time, which whoever tells it adds. */
export type Told = Pick<StoryResult, 'outcome' | 'missing' | 'comparison' | 'killPoint'>;

export interface Story {
  id: string;
  title: string;
  tell(stage: Stage, tell: Tell): Promise<Told>;
}

const words: Partial<Record<JournalRecord['kind'], string>> = {
  'incident.opened': 'opened',
  'evidence.taken': 'observed',
  'plan.made': 'planned',
  'rehearsal.done': 'rehearsed',
  'verdict.given': 'judged',
  'dossier.offered': 'dossier',
  'dossier.reminded': 'reminded',
  'decision.admitted': 'decided',
  'execution.prepared': 'prepared',
  'door.rehearsed': 'at the door',
  'grant.minted': 'minted',
  'step.applied': 'executed',
  'grant.revoked': 'revoked',
  'verification.done': 'verified',
  'incident.closed': 'closed',
};

/** Tells one record of the journal, where it is a stage of its own. */
export function tellRecord(tell: Tell, record: JournalRecord): void {
  const word = words[record.kind];
  if (word) tell(word, record.fact);
}

/** A dossier, from its stored bytes. */
export async function readDossier(stage: Stage, incident: string, digest: Digest): Promise<Dossier> {
  const bytes = await stage.api.document(incident, 'dossiers', digest);
  return dossierSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
}
