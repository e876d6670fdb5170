import type { Digest } from '../lib/digest.ts';
import type { Incident } from '../domain/incident/incident.ts';
import { sameJson } from '../lib/json/json.ts';
import type { Journal, JournalReader } from '../domain/journal/ports.ts';
import type { Tier } from '../domain/policy/verdict.ts';

/** What `remind` needs from outside. */
export interface RemindDeps {
  journal: Journal & JournalReader;
}

/**
 * Writes a reminder to the journal: one more group is now asked to decide on the dossier. Writes nothing if the journal
 * already has this reminder. Airlock sends no notification, so people and tools have to read the journal.
 */
export async function remind(
  { journal }: RemindDeps,
  { incident, dossier, group, tier }: { incident: Incident; dossier: Digest; group: string; tier: Tier },
): Promise<void> {
  const body = { dossier, group, tier };
  const records = await journal.recent(incident.id);
  if (records.some((record) => record.kind === 'group.reminded' && sameJson(record.body, body))) return;
  await journal.append({
    kind: 'group.reminded',
    incident: incident.id,
    trace: incident.trace,
    message: `the dossier still needs decisions, so group ${group} is asked to decide too`,
    body,
  });
}
