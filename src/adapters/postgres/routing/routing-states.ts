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

/** Says what happens when an alert of a closed incident fires again. */
export interface Refire {
  /**
   * An alert that fires within this many seconds after the close reopens the incident. A later alert opens a new
   * incident.
   */
  windowSeconds: number;
  /** If the alerts have fired again this often, Airlock escalates the incident to a person instead of repairing it. */
  flapLimit: number;
}

/**
 * Routing states in PostgreSQL, one row per group of alerts. The row is locked while a delivery of the group is routed.
 */
export function createRoutingStates(pool: Pool, refire: Refire): RoutingStates {
  return {
    route: (delivery) => inTransaction(pool, 'routing', (client) => routeDelivery(client, delivery, refire)),
    async isOpen(workflow, { incident, number }) {
      const { rowCount } = await pool.query(openRow, [workflow, number, incident.id]).catch(unavailable('routing'));
      return rowCount === 1;
    },
    takeOwnership: (workflow, occurrence, subject) => takeSubject(pool, { workflow, occurrence, subject }),
    close: (workflow, { incident, number }, { flaps, accepted }) =>
      inTransaction(pool, 'routing', async (client) => {
        await client.query(closeRow, [workflow, number, incident.id, flaps]);
        await client.query(markHandled, [accepted.map(({ trace }) => trace), accepted.map(({ alerts }) => alerts)]);
      }),
  };
}

async function routeDelivery(client: PoolClient, sent: Delivery, refire: Refire): Promise<Route | undefined> {
  const workflow = workflowId(sent.cluster, sent.group);
  const row = await selectRoutingRow(client, workflow);
  const owner = await ownerOf(client, row);
  const { rows: handled } = await client.query(handledRow, [sent.trace]);
  const delivery = await markEnded(client, sent);
  const current = owner ?? row;
  const state = current && routingStateOf(current);
  const windowMs = refire.windowSeconds * 1000;
  const decision = route(delivery, { state, handled: handled.length > 0, windowMs });
  if (decision.kind === 'drop') return undefined;
  const rowAfter = owner ?? (await store(client, { workflow, row, decision, trace: sent.trace }));
  if (decision.kind === 'notify') return { workflowId: rowAfter?.workflow ?? workflow, delivery };
  if (!rowAfter) throw new TypeError(`group ${workflow} has no routing state although one was stored`);
  return { workflowId: rowAfter.workflow, delivery, occurrence: occurrenceOf(routingStateOf(rowAfter), refire) };
}

interface Routed {
  /** Workflow id of the group. */
  workflow: string;
  /** The group's row before this delivery; undefined for a new group. */
  row: RoutingRow | undefined;
  decision: RoutingDecision;
  /** Trace of the delivery. */
  trace: string;
}

/** Stores a routing decision. @returns the row of the group afterwards; undefined if the group has no row. */
async function store(client: PoolClient, { workflow, row, decision, trace }: Routed): Promise<RoutingRow | undefined> {
  if (decision.kind === 'open') {
    const { id, cluster, startsAt, trace: incidentTrace } = decision.incident;
    // A row that does not exist cannot be locked, so two transactions can open an incident of the same new group at
    // once. One of the two inserts no row here. The relay then routes the delivery of that transaction again.
    const { rowCount } = await client.query(row ? openNext : openFirst, [
      workflow,
      id,
      cluster,
      incidentTrace,
      startsAt,
      trace,
    ]);
    if (rowCount === 0) throw busy(workflow);
  } else if (decision.kind === 'reopen') {
    await client.query(openAgain, [workflow, trace, decision.since, decision.flap ? 1 : 0]);
  } else {
    return row;
  }
  return selectRoutingRow(client, workflow);
}

function busy(workflow: string): AirlockError {
  const message = `another transaction is opening an incident for group ${workflow}: Airlock routes the delivery again`;
  return new AirlockError({ code: 'routing-busy', message });
}

/** Reads the row of the open incident into which the incident of `row` was merged, if there is one. */
async function ownerOf(client: PoolClient, row: RoutingRow | undefined): Promise<RoutingRow | undefined> {
  if (!row?.merged_into) return undefined;
  const { rows } = await client.query<{ workflow: string }>(openByIncident, [row.merged_into]);
  return rows[0] && selectRoutingRow(client, rows[0].workflow);
}

function occurrenceOf({ incident, number, flaps, since }: RoutingState, { flapLimit }: Refire): Occurrence {
  return omitUndefined({ incident, number, flaps, flapLimit, since });
}

const openRow = `
  SELECT FROM routing_states WHERE workflow = $1 AND occurrence = $2 AND incident = $3 AND closed_at IS NULL`;
const openByIncident = 'SELECT workflow FROM routing_states WHERE incident = $1 AND closed_at IS NULL';
const handledRow = 'SELECT FROM inbox WHERE trace = $1 AND handled_at IS NOT NULL LIMIT 1';
const openFirst = `
  INSERT INTO routing_states (workflow, incident, cluster, trace, starts_at, opened_by) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (workflow) DO NOTHING`;
const openNext = `
  UPDATE routing_states SET
    incident = $2, cluster = $3, trace = $4, starts_at = $5, opened_by = $6, occurrence = 1, flaps = 0, since = NULL,
    closed_at = NULL, subject = NULL, merged_into = NULL
  WHERE workflow = $1`;
const openAgain = `
  UPDATE routing_states SET
    opened_by = $2, since = $3, occurrence = occurrence + 1, flaps = flaps + $4,
    closed_at = NULL, subject = NULL, merged_into = NULL
  WHERE workflow = $1`;
const closeRow = `
  UPDATE routing_states SET closed_at = coalesce(closed_at, clock_timestamp()), flaps = $4
  WHERE workflow = $1 AND occurrence = $2 AND incident = $3`;
// Marks only deliveries of which the incident has accepted every alert. For any other delivery, a Signal with the
// remaining alerts may still arrive.
const markHandled = `
  UPDATE inbox SET handled_at = clock_timestamp()
  WHERE handled_at IS NULL AND trace IN (
    SELECT trace FROM unnest($1::text[], $2::int[]) AS accepted (trace, alerts)
    WHERE alerts >= (SELECT count(*) FROM inbox AS sent WHERE sent.trace = accepted.trace))`;
