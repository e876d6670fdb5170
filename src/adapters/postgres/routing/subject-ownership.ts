import type { PoolClient } from 'pg';
import { AirlockError } from '../../../lib/error.ts';
import type { Incident } from '../../../domain/incident/incident.ts';
import type { Opening } from '../../../domain/incident/routing.ts';
import { placeOf, selectPlace, type PlaceRow } from './routing-row.ts';
import type { Pool } from '../pool.ts';
import { inTransaction } from '../transaction.ts';

/** An open incident, and what it turned out to be about. */
export interface SubjectClaim {
  workflow: string;
  opening: Opening;
  subject: string;
}

/**
 * Makes a subject the open incident's own, or closes the incident because another open one owns the subject. An owner
 * that closes at the same time is waited for: then the subject is free.
 * @returns the owner. Asked again, the same. @throws AirlockError `places-busy` (retry): another one claimed just now.
 */
export function claimSubject(pool: Pool, claim: SubjectClaim): Promise<Incident | undefined> {
  return inTransaction(pool, 'places', (client) => claimOnce(client, claim));
}

async function claimOnce(
  client: PoolClient,
  { workflow, opening, subject }: SubjectClaim,
): Promise<Incident | undefined> {
  const own = await selectPlace(client, workflow);
  if (!own || own.opening !== opening.number || own.incident !== opening.incident.id) return undefined;
  if (own.merged_into) return byIncident(client, own.merged_into);
  const owner = await ownerOf(client, workflow, subject);
  if (!owner) {
    await client.query('UPDATE places SET subject = $2 WHERE workflow = $1', [workflow, subject]).catch(busy);
    return undefined;
  }
  await client.query(merge, [workflow, owner.incident, subject]);
  return placeOf(owner).incident;
}

async function ownerOf(client: PoolClient, workflow: string, subject: string): Promise<PlaceRow | undefined> {
  const { rows } = await client.query<{ workflow: string }>(openOwner, [subject, workflow]);
  return rows[0] && selectPlace(client, rows[0].workflow);
}

async function byIncident(client: PoolClient, incident: string): Promise<Incident | undefined> {
  const { rows } = await client.query<{ workflow: string }>('SELECT workflow FROM places WHERE incident = $1', [
    incident,
  ]);
  const row = rows[0] && (await selectPlace(client, rows[0].workflow));
  return row && placeOf(row).incident;
}

/** Two that found no owner both write: the second one waits for the first, is refused, and finds it the next time. */
function busy(error: Error & { constraint?: string }): never {
  if (error.constraint !== 'one_open_incident_per_subject') throw error;
  const message = 'another incident claims the same subject at this moment: claim it again';
  throw new AirlockError({ code: 'places-busy', message, next: 'retry' });
}

// The lock waits for an owner that is closing, and does not return it then.
const openOwner = 'SELECT workflow FROM places WHERE subject = $1 AND workflow <> $2 AND closed_at IS NULL FOR UPDATE';
const merge = `
  UPDATE places SET closed_at = clock_timestamp(), merged_into = $2, subject = $3 WHERE workflow = $1`;
