import type { PoolClient } from 'pg';
import { AirlockError } from '../../../lib/error.ts';
import type { Incident } from '../../../domain/incident/incident.ts';
import type { Occurrence } from '../../../domain/incident/routing.ts';
import { routingStateOf, selectRoutingRow, type RoutingRow } from './routing-row.ts';
import type { Pool } from '../pool.ts';
import { inTransaction } from '../transaction.ts';

/** An open occurrence of an incident, and the Kubernetes object that the incident is about. */
export interface OwnershipRequest {
  /** Workflow id of the incident. */
  workflow: string;
  occurrence: Occurrence;
  /** The object: canonical JSON of its cluster and reference. */
  subject: string;
}

/**
 * Makes an open incident the owner of its object. If another open incident already owns the object, the calling
 * incident is closed as merged into that owner. If the owner is just closing, the call waits until the owner has
 * closed, and then makes the calling incident the owner. Does nothing if `occurrence` is not the latest occurrence of
 * its group.
 * @returns the other owner, if there is one. A repeated call returns the same owner.
 * @throws AirlockError `routing-busy` (retry) if another incident takes ownership at the same time.
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
    await client
      .query('UPDATE routing_states SET subject = $2 WHERE workflow = $1', [workflow, subject])
      .catch(busyFor(subject));
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
 * Makes a handler for a failed write of `subject`. Two incidents may find at the same time that the object has no
 * owner, and both write. The second write waits for the first and then violates the unique index. When the second
 * incident tries again, it finds the first incident as the owner.
 */
function busyFor(subject: string) {
  return (error: Error & { constraint?: string }): never => {
    if (error.constraint !== 'one_open_incident_per_subject') throw error;
    const message = `another incident is taking ownership of ${subject}: Airlock tries again`;
    throw new AirlockError({ code: 'routing-busy', message });
  };
}

const workflowOfIncident = 'SELECT workflow FROM routing_states WHERE incident = $1';
// FOR UPDATE waits until an owner that is closing has closed. The row then no longer matches and is not returned.
const openOwner = `
  SELECT workflow FROM routing_states WHERE subject = $1 AND workflow <> $2 AND closed_at IS NULL FOR UPDATE`;
const merge = `
  UPDATE routing_states SET closed_at = clock_timestamp(), merged_into = $2, subject = $3 WHERE workflow = $1`;
