import type { Digest } from '../lib/digest.ts';
import type { Incident } from '../domain/incident/incident.ts';
import { sameJson } from '../lib/json.ts';
import type { Journal, JournalReader } from '../domain/ports.ts';
import type { Tier } from '../domain/policy/verdict.ts';

export interface RemindDeps {
  journal: Journal & JournalReader;
}

/**
 * Writes down that it is a group's turn to decide on a dossier, once, however often it is asked. Nobody is called: who is
 * asked now stands in the journal, where people and whatever notifies them read it.
 */
export async function remind(
  { journal }: RemindDeps,
  { incident, dossier, group, tier }: { incident: Incident; dossier: Digest; group: string; tier: Tier },
): Promise<void> {
  const body = { dossier, group, tier };
  const records = await journal.read(incident.id);
  if (records.some((record) => record.kind === 'dossier.reminded' && sameJson(record.body, body))) return;
  await journal.append({
    kind: 'dossier.reminded',
    incident: incident.id,
    trace: incident.trace,
    fact: `still undecided, now ${group} is asked too`,
    body,
  });
}
