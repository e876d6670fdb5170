import type { PoolClient } from 'pg';
import type { Delivery } from '../../../domain/alert/alert.ts';
import { AirlockError } from '../../../lib/error.ts';
import { workflowId } from '../../../domain/names.ts';
import { omitUndefined } from '../../../lib/omit-undefined.ts';
import { route, type RoutingDecision, type Occurrence, type RoutingState } from '../../../domain/incident/routing.ts';
import type { RoutingStates, Route } from '../../../governance/ports.ts';
import { takeSubject } from './subject-ownership.ts';
import { markEnded } from './ended-alerts.ts';
import { routingStateOf, selectRoutingRow, type RoutingRow } from './routing-row.ts';
import type { Pool } from '../pool.ts';
import { inTransaction } from '../transaction.ts';
import { unavailable } from '../unavailable.ts';

/** Settings for alerts that fire again. */
export interface RefireSettings {
  /**
   * For this many seconds after an incident has closed, a firing alert of its group reopens the incident. Later, a
   * firing alert opens a new incident. Exception: an alert with the same start as the closed incident reopens that
   * incident.
   */
  windowSeconds: number;
  /** If the alerts have fired again this often, Airlock escalates the incident to a person instead of repairing it. */
  flapLimit: number;
}

/**
 * Creates the routing states in PostgreSQL, one row per group of alerts. While a delivery is routed, the row of its
 * group is locked. A new group has no row yet.
 */
export function createRoutingStates(pool: Pool, refire: RefireSettings): RoutingStates {
  return {
    route: (delivery) => inTransaction(pool, 'routing', (client) => routeDelivery(client, delivery, refire)),
    async isOpen(workflow, { incident, number }) {
      const { rowCount } = await pool.query(selectOpen, [workflow, number, incident.id]).catch(unavailable('routing'));
      return rowCount === 1;
    },
    takeOwnership: (workflow, occurrence, subject) => takeSubject(pool, { workflow, occurrence, subject }),
    close: (workflow, { incident, number }, { flaps, accepted }) =>
      inTransaction(pool, 'routing', async (client) => {
        await client.query(updateToClosed, [workflow, number, incident.id, flaps]);
        await client.query(updateHandled, [accepted.map(({ trace }) => trace), accepted.map(({ alerts }) => alerts)]);
      }),
  };
}

async function routeDelivery(client: PoolClient, sent: Delivery, refire: RefireSettings): Promise<Route | undefined> {
  const workflow = workflowId(sent.cluster, sent.group);
  const row = await selectRoutingRow(client, workflow);
  const owner = await openOwnerAfterMerge(client, row);
  const { rows: handled } = await client.query(selectHandled, [sent.trace]);
  const delivery = await markEnded(client, sent);
  const current = owner ?? row;
  const state = current && routingStateOf(current);
  const windowMs = refire.windowSeconds * 1000;
  const decision = route(delivery, { state, allAccepted: handled.length > 0, windowMs });
  if (decision.kind === 'drop') return undefined;
  const rowAfter = owner ?? (await storeDecision(client, { workflow, row, decision, trace: sent.trace }));
  if (decision.kind === 'notify') return { workflowId: rowAfter?.workflow ?? workflow, delivery };
  if (!rowAfter)
    throw new TypeError(`workflow ${workflow} has no row in routing_states after a firing alert was routed`);
  return { workflowId: rowAfter.workflow, delivery, occurrence: occurrenceOf(routingStateOf(rowAfter), refire) };
}

interface RoutedDelivery {
  /** Workflow id of the group. */
  workflow: string;
  /** The group's row before this delivery; undefined for a new group. */
  row: RoutingRow | undefined;
  decision: RoutingDecision;
  /** Trace of the delivery. */
  trace: string;
}

/**
 * Stores a decision that opens or reopens an incident. Any other decision changes no row.
 * @returns the row of the group afterwards; undefined if the group has no row.
 */
async function storeDecision(
  client: PoolClient,
  { workflow, row, decision, trace }: RoutedDelivery,
): Promise<RoutingRow | undefined> {
  if (decision.kind === 'open') {
    const { id, cluster, startsAt, trace: incidentTrace } = decision.incident;
    // A new group has no row that a transaction could lock. So two transactions may open an incident of the group at
    // the same time. The second transaction inserts no row and throws. The delivery is then routed again.
    const { rowCount } = await client.query(row ? updateToNewIncident : insertFirstIncident, [
      workflow,
      id,
      cluster,
      incidentTrace,
      startsAt,
      trace,
    ]);
    if (rowCount === 0) throw openedByAnother(workflow);
  } else if (decision.kind === 'reopen') {
    await client.query(updateToReopened, [workflow, trace, decision.since, decision.flap ? 1 : 0]);
  } else {
    return row;
  }
  return selectRoutingRow(client, workflow);
}

function openedByAnother(workflow: string): AirlockError {
  const message = `another transaction has just opened an incident for workflow ${workflow}: Airlock tries again`;
  return new AirlockError({ code: 'routing-busy', message });
}

/**
 * Reads and locks the row of the incident into which `row`'s incident was merged.
 * @returns undefined if `row`'s incident was not merged, or if the other incident is closed.
 */
async function openOwnerAfterMerge(client: PoolClient, row: RoutingRow | undefined): Promise<RoutingRow | undefined> {
  if (!row?.merged_into) return undefined;
  const { rows } = await client.query<{ workflow: string }>(selectOpenByIncident, [row.merged_into]);
  return rows[0] && selectRoutingRow(client, rows[0].workflow);
}

function occurrenceOf({ incident, number, flaps, since }: RoutingState, { flapLimit }: RefireSettings): Occurrence {
  return omitUndefined({ incident, number, flaps, flapLimit, since });
}

const selectOpen = `
  SELECT FROM routing_states WHERE workflow = $1 AND occurrence = $2 AND incident = $3 AND closed_at IS NULL`;
const selectOpenByIncident = 'SELECT workflow FROM routing_states WHERE incident = $1 AND closed_at IS NULL';
const selectHandled = 'SELECT FROM inbox WHERE trace = $1 AND handled_at IS NOT NULL LIMIT 1';
const insertFirstIncident = `
  INSERT INTO routing_states (workflow, incident, cluster, trace, starts_at, opened_by) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (workflow) DO NOTHING`;
const updateToNewIncident = `
  UPDATE routing_states SET
    incident = $2, cluster = $3, trace = $4, starts_at = $5, opened_by = $6, occurrence = 1, flaps = 0, since = NULL,
    closed_at = NULL, subject = NULL, merged_into = NULL
  WHERE workflow = $1`;
const updateToReopened = `
  UPDATE routing_states SET
    opened_by = $2, since = $3, occurrence = occurrence + 1, flaps = flaps + $4,
    closed_at = NULL, subject = NULL, merged_into = NULL
  WHERE workflow = $1`;
const updateToClosed = `
  UPDATE routing_states SET closed_at = coalesce(closed_at, clock_timestamp()), flaps = $4
  WHERE workflow = $1 AND occurrence = $2 AND incident = $3`;
// Marks a delivery only if the incident has accepted all alerts of the delivery. Otherwise a Signal with the remaining
// alerts may still arrive.
const updateHandled = `
  UPDATE inbox SET handled_at = clock_timestamp()
  WHERE handled_at IS NULL AND trace IN (
    SELECT trace FROM unnest($1::text[], $2::int[]) AS accepted (trace, alerts)
    WHERE alerts >= (SELECT count(*) FROM inbox AS sent WHERE sent.trace = accepted.trace))`;
