import type { PoolClient } from 'pg';
import type { Delivery } from '../../../domain/alert/alert.ts';
import { alertSeries } from './alert-series.ts';

/**
 * Marks each alert of a delivery as resolved if the inbox shows that the alert has ended. An alert has ended if the
 * inbox contains its resolution, or contains the same alert with a later `startsAt`. So the result does not depend on
 * the order in which deliveries arrive.
 */
export async function markEnded(client: PoolClient, delivery: Delivery): Promise<Delivery> {
  const series = delivery.alerts.map((alert) => alertSeries(delivery.group, alert));
  const starts = delivery.alerts.map(({ startsAt }) => Date.parse(startsAt));
  const { rows } = await client.query<{ position: string }>(endedAlerts, [series, starts]);
  const ended = new Set(rows.map(({ position }) => Number(position)));
  const alerts = delivery.alerts.map((alert, index) =>
    ended.has(index + 1) ? { ...alert, status: 'resolved' as const } : alert,
  );
  return { ...delivery, alerts };
}

const endedAlerts = `
  SELECT position FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS sent (series, starts_ms, position)
  WHERE EXISTS (
    SELECT FROM inbox WHERE inbox.series = sent.series AND (
      inbox.starts_ms > sent.starts_ms OR (inbox.starts_ms = sent.starts_ms AND inbox.resolved)))`;
