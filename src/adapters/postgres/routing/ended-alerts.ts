import type { PoolClient } from 'pg';
import type { Delivery } from '../../../domain/alert/alert.ts';
import { alertSeries } from './alert-series.ts';

/**
 * Marks the alerts of a delivery as resolved that are known to be over: their end, or a later start of the same alert,
 * was received before. So what comes in the wrong order ends as it would have in the right one.
 */
export async function markOver(client: PoolClient, delivery: Delivery): Promise<Delivery> {
  const series = delivery.alerts.map((alert) => alertSeries(delivery.group, alert));
  const starts = delivery.alerts.map(({ startsAt }) => Date.parse(startsAt));
  const { rows } = await client.query<{ place: string }>(over, [series, starts]);
  const places = new Set(rows.map(({ place }) => Number(place)));
  const alerts = delivery.alerts.map((alert, index) =>
    places.has(index + 1) ? { ...alert, status: 'resolved' as const } : alert,
  );
  return { ...delivery, alerts };
}

const over = `
  SELECT place FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS asked (series, starts_ms, place)
  WHERE EXISTS (
    SELECT FROM inbox WHERE inbox.series = asked.series AND (
      inbox.starts_ms > asked.starts_ms OR (inbox.starts_ms = asked.starts_ms AND inbox.resolved)))`;
