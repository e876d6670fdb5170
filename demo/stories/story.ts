import type { Digest } from '../../src/lib/digest.ts';
import type { Dossier } from '../../src/domain/approval/dossier.ts';
import { dossierSchema } from '../../src/domain/approval/dossier.ts';
import type { JournalRecord } from '../../src/domain/journal/journal.ts';
import type { StackClient } from '../stack-client.ts';

/** Prints one line of a story: its stage in one or two words, and a sentence. */
export type PrintLine = (label: string, text: string) => void;

/** How a story ended. */
export interface StoryResult {
  id: string;
  title: string;
  /** Outcome of its incident; `open` or `broken` without one. */
  outcome: string;
  /** True if the story showed everything that it must show. */
  passed: boolean;
  /** One sentence for each thing that it must show and did not. */
  missing: string[];
  seconds: number;
  /** Where a process was killed; only in the story that kills one. */
  killPoint?: KillPoint;
  /** Each prediction beside the measured value. */
  comparison: { measurement: string; grade: string; predicted: string; actual: string }[];
}

/** The request during which a process was killed, before it got the answer. */
export interface KillPoint {
  process: string;
  pid: number;
  /** When the target finished the request, from its audit log; `auditId` is the log's id of the request. */
  at: string;
  auditId: string;
  /** As `patch deployments shop/web`. */
  request: string;
}

/** What a story reports. The caller adds its name and duration. */
type StoryFindings = Pick<StoryResult, 'outcome' | 'missing' | 'comparison' | 'killPoint'>;

/** One story of the demo. */
export interface Story {
  id: string;
  title: string;
  run(client: StackClient, print: PrintLine): Promise<StoryFindings>;
}

const labels: Partial<Record<JournalRecord['kind'], string>> = {
  'incident.opened': 'opened',
  'evidence.collected': 'observed',
  'plan.created': 'planned',
  'rehearsal.completed': 'rehearsed',
  'verdict.issued': 'judged',
  'dossier.offered': 'dossier',
  'group.reminded': 'reminded',
  'decision.admitted': 'decided',
  'execution.prepared': 'prepared',
  'preflight.completed': 'preflight',
  'grant.minted': 'minted',
  'step.applied': 'executed',
  'grant.revoked': 'revoked',
  'verification.completed': 'verified',
  'incident.closed': 'closed',
};

/** Prints a journal record if its kind marks a stage. */
export function printRecord(print: PrintLine, record: JournalRecord): void {
  const label = labels[record.kind];
  if (label) print(label, record.message);
}

/** Reads a dossier from its stored bytes. */
export async function readDossier(client: StackClient, incident: string, digest: Digest): Promise<Dossier> {
  const bytes = await client.api.document(incident, 'dossiers', digest);
  return dossierSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
}
