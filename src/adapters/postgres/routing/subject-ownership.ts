import type { PoolClient } from 'pg';
import { AirlockError } from '../../../lib/error.ts';
import type { Incident } from '../../../domain/incident/incident.ts';
import type { Occurrence } from '../../../domain/incident/routing.ts';
import { routingStateOf, selectRoutingRow, type RoutingRow } from './routing-row.ts';
import type { Pool } from '../pool.ts';
import { inTransaction } from '../transaction.ts';

/** An occurrence of an incident that is open, and the object that it is about. */
export interface OwnershipRequest {
  workflow: string;
  occurrence: Occurrence;
  subject: string;
}

/**
 * Makes the open incident the owner of the object, or closes the incident because another open incident owns the object.
 * When that owner is closing, the call waits until it has closed; the object is free then.
 * @returns the other owner; the same again when the call is repeated.
 * @throws AirlockError `routing-busy` (retry) when another incident takes ownership at the same time.
 */
export function takeSubject(pool: Pool, request: OwnershipRequest): Promise<Incident | undefined> {
  return inTransaction(pool, 'routing', (client) => takeOnce(client, request));
}

async function takeOnce(
  client: PoolClient,
  { workflow, occurrence, subject }: OwnershipRequest,
): Promise<Incident | undefined> {
  const own = await selectRoutingRow(client, workflow);
  if (!own || own.occurrence !== occurrence.number || own.incident !== occurrence.incident.id) return undefined;
  if (own.merged_into) return byIncident(client, own.merged_into);
  const owner = await ownerOf(client, workflow, subject);
  if (!owner) {
    await client.query('UPDATE routing_states SET subject = $2 WHERE workflow = $1', [workflow, subject]).catch(busy);
    return undefined;
  }
  await client.query(merge, [workflow, owner.incident, subject]);
  return routingStateOf(owner).incident;
}

async function ownerOf(client: PoolClient, workflow: string, subject: string): Promise<RoutingRow | undefined> {
  const { rows } = await client.query<{ workflow: string }>(openOwner, [subject, workflow]);
  return rows[0] && selectRoutingRow(client, rows[0].workflow);
}

async function byIncident(client: PoolClient, incident: string): Promise<Incident | undefined> {
  const { rows } = await client.query<{ workflow: string }>(workflowOfIncident, [incident]);
  const row = rows[0] && (await selectRoutingRow(client, rows[0].workflow));
  return row && routingStateOf(row).incident;
}

/**
 * Two incidents that find no owner both write. The second waits for the first and violates the unique index; its next
 * attempt finds the owner.
 */
function busy(error: Error & { constraint?: string }): never {
  if (error.constraint !== 'one_open_incident_per_subject') throw error;
  const message = 'another incident takes ownership of the same object at this moment: try again';
  throw new AirlockError({ code: 'routing-busy', message });
}

const workflowOfIncident = 'SELECT workflow FROM routing_states WHERE incident = $1';
// FOR UPDATE waits for an owner that is closing, and does not return it once it has closed.
const openOwner = `
  SELECT workflow FROM routing_states WHERE subject = $1 AND workflow <> $2 AND closed_at IS NULL FOR UPDATE`;
const merge = `
  UPDATE routing_states SET closed_at = clock_timestamp(), merged_into = $2, subject = $3 WHERE workflow = $1`;
