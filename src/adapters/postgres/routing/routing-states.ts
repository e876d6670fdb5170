import type { PoolClient } from 'pg';
import type { Delivery } from '../../../domain/alert/alert.ts';
import { AirlockError } from '../../../lib/error.ts';
import { workflowId } from '../../../domain/names.ts';
import { moveOf, type Move, type Opening, type Place } from '../../../domain/incident/routing.ts';
import type { Places, Route } from '../../../governance/ports.ts';
import { claimSubject } from './subject-ownership.ts';
import { markOver } from './ended-alerts.ts';
import { placeOf, selectPlace, type PlaceRow } from './routing-row.ts';
import type { Pool } from '../pool.ts';
import { inTransaction } from '../transaction.ts';
import { unavailable } from '../unavailable.ts';

/** How long after its close an incident is opened again by what fires, and how often before a person gets it. */
export interface Refire {
  windowSeconds: number;
  flapLimit: number;
}

/** The table of places, in PostgreSQL: each group's row is locked while it is decided about. */
export function createPlaces(pool: Pool, refire: Refire): Places {
  return {
    route: (delivery) => inTransaction(pool, 'places', (client) => route(client, delivery, refire)),
    async isOpen(workflow, { incident, number }) {
      const { rowCount } = await pool.query(openRow, [workflow, number, incident.id]).catch(unavailable('places'));
      return rowCount === 1;
    },
    claim: (workflow, opening, subject) => claimSubject(pool, { workflow, opening, subject }),
    close: (workflow, { incident, number }, { flaps, taken }) =>
      inTransaction(pool, 'places', async (client) => {
        await client.query(closeRow, [workflow, number, incident.id, flaps]);
        await client.query(markTaken, [taken.map(({ trace }) => trace), taken.map(({ alerts }) => alerts)]);
      }),
  };
}

async function route(client: PoolClient, sent: Delivery, refire: Refire): Promise<Route | undefined> {
  const workflow = workflowId(sent.cluster, sent.group);
  const row = await selectPlace(client, workflow);
  const owner = await ownerOf(client, row);
  const { rows: taken } = await client.query(takenRow, [sent.trace]);
  const delivery = await markOver(client, sent);
  const standing = owner ?? row;
  const place = standing && placeOf(standing);
  const move = moveOf(delivery, { place, taken: taken.length > 0, windowMs: refire.windowSeconds * 1000 });
  if (move.kind === 'drop') return undefined;
  const at = owner ?? (await moved(client, { workflow, row, move, trace: sent.trace }));
  if (move.kind === 'tell') return { workflow: at?.workflow ?? workflow, delivery };
  if (!at) throw new TypeError(`group ${workflow} has no place although it was given one`);
  return { workflow: at.workflow, delivery, opening: openingOf(placeOf(at), refire) };
}

/** Writes a move down. @returns where the group stands then. */
async function moved(
  client: PoolClient,
  { workflow, row, move, trace }: { workflow: string; row: PlaceRow | undefined; move: Move; trace: string },
): Promise<PlaceRow | undefined> {
  if (move.kind === 'open') {
    const { id, cluster, startsAt, trace: own } = move.incident;
    // Nobody can lock a row that is not there: of two that open a new group at once, one finds that out here.
    const { rowCount } = await client.query(row ? openNext : openFirst, [workflow, id, cluster, own, startsAt, trace]);
    if (rowCount === 0) throw busy();
  } else if (move.kind === 'reopen') {
    await client.query(openAgain, [workflow, trace, move.since, move.flap ? 1 : 0]);
  } else {
    return row;
  }
  return selectPlace(client, workflow);
}

function busy(): AirlockError {
  const message = 'the same group of alerts is opened by another hand at this moment: hand the delivery on again';
  return new AirlockError({ code: 'places-busy', message, next: 'retry' });
}

/** The open incident into which a group's was merged. */
async function ownerOf(client: PoolClient, row: PlaceRow | undefined): Promise<PlaceRow | undefined> {
  if (!row?.merged_into) return undefined;
  const { rows } = await client.query<{ workflow: string }>(openByIncident, [row.merged_into]);
  return rows[0] && selectPlace(client, rows[0].workflow);
}

function openingOf({ incident, number, flaps, since }: Place, { flapLimit }: Refire): Opening {
  return { incident, number, flaps, flapLimit, ...(since === undefined ? {} : { since }) };
}

const openRow = 'SELECT FROM places WHERE workflow = $1 AND opening = $2 AND incident = $3 AND closed_at IS NULL';
const openByIncident = 'SELECT workflow FROM places WHERE incident = $1 AND closed_at IS NULL';
const takenRow = 'SELECT FROM inbox WHERE trace = $1 AND taken_at IS NOT NULL LIMIT 1';
const openFirst = `
  INSERT INTO places (workflow, incident, cluster, trace, starts_at, opened_by) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (workflow) DO NOTHING`;
const openNext = `
  UPDATE places SET
    incident = $2, cluster = $3, trace = $4, starts_at = $5, opened_by = $6, opening = 1, flaps = 0, since = NULL,
    closed_at = NULL, subject = NULL, merged_into = NULL
  WHERE workflow = $1`;
const openAgain = `
  UPDATE places SET
    opened_by = $2, since = $3, opening = opening + 1, flaps = flaps + $4,
    closed_at = NULL, subject = NULL, merged_into = NULL
  WHERE workflow = $1`;
const closeRow = `
  UPDATE places SET closed_at = coalesce(closed_at, clock_timestamp()), flaps = $4
  WHERE workflow = $1 AND opening = $2 AND incident = $3`;
// Only what was taken whole: the rest of a delivery in parts may still be on its way.
const markTaken = `
  UPDATE inbox SET taken_at = clock_timestamp()
  WHERE taken_at IS NULL AND trace IN (
    SELECT trace FROM unnest($1::text[], $2::int[]) AS taken (trace, alerts)
    WHERE alerts >= (SELECT count(*) FROM inbox AS sent WHERE sent.trace = taken.trace))`;
