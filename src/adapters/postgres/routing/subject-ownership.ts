import type { PoolClient } from 'pg';
import { AirlockError } from '../../../lib/error.ts';
import type { Incident } from '../../../domain/incident/incident.ts';
import type { Occurrence } from '../../../domain/incident/routing.ts';
import { routingStateOf, selectRoutingRow, type RoutingRow } from './routing-row.ts';
import type { Pool } from '../pool.ts';
import { inTransaction } from '../transaction.ts';

/** An incident and its subject: the Kubernetes object that the incident is about. */
export interface IncidentWithSubject {
  /** Workflow id of the incident. */
  workflow: string;
  occurrence: Occurrence;
  /** Canonical JSON of the object's cluster and reference. */
  subject: string;
}

/**
 * Makes the calling incident the owner of its subject. If another open incident already owns the subject, the calling
 * incident is merged into that owner and closed. If another transaction is closing the owner, the call waits. Then the
 * calling incident becomes the owner. Does nothing if the group has a later incident or occurrence.
 * @returns the owner into which the calling incident was merged; undefined without a merge. A repeated call returns the
 * same owner while that owner is the latest incident of its group.
 * @throws AirlockError `routing-busy` (retry) if another incident takes ownership of the subject at the same time;
 * `routing-unavailable` (retry), `routing-rejected` (stop).
 */
export function takeSubject(pool: Pool, calling: IncidentWithSubject): Promise<Incident | undefined> {
  return inTransaction(pool, 'routing', (client) => takeOrMerge(client, calling));
}

async function takeOrMerge(
  client: PoolClient,
  { workflow, occurrence, subject }: IncidentWithSubject,
): Promise<Incident | undefined> {
  const own = await selectRoutingRow(client, workflow);
  if (!own || own.occurrence !== occurrence.number || own.incident !== occurrence.incident.id) return undefined;
  if (own.merged_into) return incidentById(client, own.merged_into);
  const owner = await otherOpenOwner(client, workflow, subject);
  if (!owner) {
    await client
      .query('UPDATE routing_states SET subject = $2 WHERE workflow = $1', [workflow, subject])
      .catch(alreadyTaken(subject));
    return undefined;
  }
  await client.query(updateToMerged, [workflow, owner.incident, subject]);
  return routingStateOf(owner).incident;
}

async function otherOpenOwner(client: PoolClient, workflow: string, subject: string): Promise<RoutingRow | undefined> {
  const { rows } = await client.query<{ workflow: string }>(selectOtherOpenOwner, [subject, workflow]);
  return rows[0] && selectRoutingRow(client, rows[0].workflow);
}

async function incidentById(client: PoolClient, id: string): Promise<Incident | undefined> {
  const { rows } = await client.query<{ workflow: string }>(selectByIncident, [id]);
  const row = rows[0] && (await selectRoutingRow(client, rows[0].workflow));
  return row && routingStateOf(row).incident;
}

/**
 * Makes a handler for a failed UPDATE of `subject`. If two transactions find no owner, both run this UPDATE. The second
 * UPDATE waits for the first transaction and then violates the unique index. A retry of the second transaction finds
 * the owner.
 */
function alreadyTaken(subject: string) {
  return (error: Error & { constraint?: string }): never => {
    if (error.constraint !== 'one_open_incident_per_subject') throw error;
    const message = `another incident has just become the owner of ${subject}: Airlock tries again`;
    throw new AirlockError({ code: 'routing-busy', message });
  };
}

const selectByIncident = 'SELECT workflow FROM routing_states WHERE incident = $1';
// If another transaction is closing the owner, FOR UPDATE waits until that transaction ends. PostgreSQL then checks the
// condition again, and does not return the closed row.
const selectOtherOpenOwner = `
  SELECT workflow FROM routing_states WHERE subject = $1 AND workflow <> $2 AND closed_at IS NULL FOR UPDATE`;
const updateToMerged = `
  UPDATE routing_states SET closed_at = clock_timestamp(), merged_into = $2, subject = $3 WHERE workflow = $1`;
