import type { PoolClient } from 'pg';
import type { Delivery } from '../../../domain/alert/alert.ts';
import { alertSeriesDigest } from './alert-series.ts';

/**
 * Returns a copy of a delivery in which every ended alert has the status `resolved`. An alert has ended if the inbox
 * contains a row of the same series that is resolved and has the same start, or a row of the series with a later start.
 * So a firing alert counts as resolved if the alert arrives after its own resolution.
 */
export async function markEnded(client: PoolClient, delivery: Delivery): Promise<Delivery> {
  const series = delivery.alerts.map((alert) => alertSeriesDigest(delivery.group, alert));
  const starts = delivery.alerts.map(({ startsAt }) => Date.parse(startsAt));
  const { rows } = await client.query<{ position: string }>(selectEnded, [series, starts]);
  const ended = new Set(rows.map(({ position }) => Number(position)));
  const alerts = delivery.alerts.map((alert, index) =>
    ended.has(index + 1) ? { ...alert, status: 'resolved' as const } : alert,
  );
  return { ...delivery, alerts };
}

/**
 * Returns the positions of the ended alerts, counted from 1. `$1`: the series of each alert. `$2`: the start of each
 * alert. For each alert, PostgreSQL reads only the latest start of the alert's series, with the index
 * `inbox_by_series`. A series can have many starts, so a statement that reads all of them could be slow.
 */
export const selectEnded = `
  SELECT position FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS sent (series, starts_ms, position)
  CROSS JOIN LATERAL (
    SELECT starts_ms, resolved FROM inbox WHERE inbox.series = sent.series
    ORDER BY inbox.starts_ms DESC, inbox.resolved DESC LIMIT 1
  ) AS latest
  WHERE latest.starts_ms > sent.starts_ms OR (latest.starts_ms = sent.starts_ms AND latest.resolved)`;
