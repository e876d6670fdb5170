import type { Digest } from '../../src/lib/digest.ts';
import type { Dossier } from '../../src/domain/approval/dossier.ts';
import { dossierSchema } from '../../src/domain/approval/dossier.ts';
import type { JournalRecord } from '../../src/domain/journal/journal.ts';
import type { StackClient } from '../stack-client.ts';

/** Prints one line of a story: a label of one or two words, and the text. */
export type PrintLine = (label: string, text: string) => void;

/** How a story ended. */
export interface StoryResult {
  id: string;
  title: string;
  /** The incident's outcome; `open` if the incident has not closed; `broken` if the story ended with an error. */
  outcome: string;
  /** True if `problems` is empty. */
  passed: boolean;
  /** One sentence for each problem. Empty if the story showed everything that it must show. */
  problems: string[];
  seconds: number;
  /** Absent if the story killed no process. */
  killPoint?: KillPoint;
  /** The predictions that the verification compared with measured values. Empty for a story that does not show them. */
  comparison: { measurement: string; grade: string; predicted: string; actual: string }[];
}

/** The process that a story killed, and the last request of this process. The process did not get the answer. */
export interface KillPoint {
  process: string;
  pid: number;
  /** The time at which the target had finished the request, from the target's audit log. */
  at: string;
  /** The id of the request in the target's audit log. */
  auditId: string;
  /** The verb and the object of the request, such as `patch deployments shop/web`. */
  request: string;
}

/** One story of the demo. */
export interface Story {
  id: string;
  title: string;
  /** Runs the story on the stack. `demo/main.ts` adds the other members of `StoryResult`. */
  run(
    client: StackClient,
    print: PrintLine,
  ): Promise<Pick<StoryResult, 'outcome' | 'problems' | 'comparison' | 'killPoint'>>;
}

/** The label of each kind of record that a story prints. */
const recordLabels: Partial<Record<JournalRecord['kind'], string>> = {
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

/** Prints the message of a journal record. Prints nothing for a kind without a label. */
export function printRecord(print: PrintLine, record: JournalRecord): void {
  const label = recordLabels[record.kind];
  if (label) print(label, record.message);
}

/** Fetches a dossier of an incident. */
export async function readDossier(client: StackClient, incident: string, digest: Digest): Promise<Dossier> {
  const bytes = await client.api.document(incident, 'dossiers', digest);
  return dossierSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
}
