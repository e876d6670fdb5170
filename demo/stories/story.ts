import type { Digest } from '../../src/lib/digest.ts';
import type { Dossier } from '../../src/domain/approval/dossier.ts';
import { dossierSchema } from '../../src/domain/approval/dossier.ts';
import type { JournalRecord } from '../../src/domain/journal/journal.ts';
import type { StackClient } from '../stack-client.ts';

/** Prints one line of a story: the label (one or two words) and the text. */
export type PrintLine = (label: string, text: string) => void;

/** How a story ended. */
export interface StoryResult {
  id: string;
  title: string;
  /** The incident's outcome. `open` if the incident has not closed, `broken` if the story ended with an error. */
  outcome: string;
  /** True if the story showed everything that it must show. */
  passed: boolean;
  /** One sentence for each thing that the story must show and did not show. */
  missing: string[];
  seconds: number;
  /** The process that was killed, and the moment. Only the story that kills a process sets this member. */
  killPoint?: KillPoint;
  /** Each prediction together with the measured value. */
  comparison: { measurement: string; grade: string; predicted: string; actual: string }[];
}

/** The process that was killed, and the request whose answer this process did not get. */
export interface KillPoint {
  process: string;
  pid: number;
  /** When the target had finished the request, and the id of the request. Both are from the audit log of the target. */
  at: string;
  auditId: string;
  /** Such as `patch deployments shop/web`. */
  request: string;
}

/** What a story returns. `demo/main.ts` adds the other members of `StoryResult`. */
type StoryReport = Pick<StoryResult, 'outcome' | 'missing' | 'comparison' | 'killPoint'>;

/** One story of the demo. */
export interface Story {
  id: string;
  title: string;
  run(client: StackClient, print: PrintLine): Promise<StoryReport>;
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

/** Prints a journal record if `labels` has a label for its kind. */
export function printRecord(print: PrintLine, record: JournalRecord): void {
  const label = labels[record.kind];
  if (label) print(label, record.message);
}

/** Fetches the stored bytes of a dossier and parses them. */
export async function readDossier(client: StackClient, incident: string, digest: Digest): Promise<Dossier> {
  const bytes = await client.api.document(incident, 'dossiers', digest);
  return dossierSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
}
