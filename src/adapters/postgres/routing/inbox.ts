import { alertSchema, type Alert, type Delivery } from '../../../domain/alert/alert.ts';
import { digestOf } from '../../../lib/digest.ts';
import type { Inbox, InboxQueue } from '../../../governance/ports.ts';
import { alertSeriesDigest } from './alert-series.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

/** Largest number of deliveries that one call of `waiting` returns. */
const maxDeliveries = 50;
/** A delivery that has failed this often is parked. */
const maxFailures = 3;
const maxReasonCharacters = 500;

/** Creates the inbox in PostgreSQL, one row per alert. A row waits for the relay while `relayed_at` is null. */
export function createInbox(pool: Pool): Inbox & InboxQueue {
  const park = async (trace: string, reason: string): Promise<void> => {
    await pool.query(updateParked, [trace, storedReason(reason)]).catch(unavailable('inbox'));
  };
  return {
    async store({ cluster, group, sourceGroupKey, trace, alerts }) {
      const keys = alerts.map((alert) => uniqueKey(cluster, group, sourceGroupKey, alert));
      const bodies = alerts.map((alert) => JSON.stringify(alert));
      const series = alerts.map((alert) => alertSeriesDigest(group, alert));
      const starts = alerts.map(({ startsAt }) => Date.parse(startsAt));
      const resolved = alerts.map(({ status }) => status === 'resolved');
      const { rowCount } = await pool
        .query(insertNew, [keys, bodies, cluster, group, trace, series, starts, resolved])
        .catch(unavailable('inbox'));
      return rowCount ?? 0;
    },
    async waiting(except = []) {
      const excluded = [except.map(({ cluster }) => cluster), except.map(({ group }) => group)];
      const { rows } = await pool
        .query<DeliveryRow>(selectOldestWaiting, [maxDeliveries, ...excluded])
        .catch(unavailable('inbox'));
      const deliveries: Delivery[] = [];
      for (const row of rows) {
        const delivery = deliveryOf(row);
        if (delivery) deliveries.push(delivery);
        // Such a row would otherwise stop every other delivery.
        else await park(row.trace, malformed);
      }
      return deliveries;
    },
    async storedAt(trace) {
      const { rows } = await pool
        .query<{ at: Date | null }>('SELECT min(received_at) AS at FROM inbox WHERE trace = $1', [trace])
        .catch(unavailable('inbox'));
      return rows[0]?.at?.toISOString();
    },
    async markRelayed({ trace }) {
      await pool.query(updateRelayed, [trace]).catch(unavailable('inbox'));
    },
    park: ({ trace }, reason) => park(trace, reason),
    async countFailure({ trace }, reason) {
      const { rows } = await pool
        .query<{ parked: boolean }>(updateFailures, [trace, storedReason(reason), maxFailures])
        .catch(unavailable('inbox'));
      return rows.some(({ parked }) => parked);
    },
  };
}

// One statement is one transaction, so `store` stores either all new alerts of a call or none. Every call inserts its
// alerts in the order of their keys. So two calls with the same alerts cannot deadlock.
const insertNew = `
  INSERT INTO inbox (key, alert, cluster, alert_group, trace, series, starts_ms, resolved)
  SELECT key, alert, $3, $4, $5, series, starts_ms, resolved
  FROM unnest($1::text[], $2::text[], $6::text[], $7::bigint[], $8::boolean[])
    AS sent (key, alert, series, starts_ms, resolved) ORDER BY key
  ON CONFLICT (key) DO NOTHING`;

/**
 * Returns at most `$1` deliveries. Leaves out each group whose cluster and name are at one position of `$2` and `$3`.
 * First finds the oldest waiting alerts with the index `inbox_waiting`, at most 20 times `$1`. Then reads all waiting
 * alerts of the deliveries of these alerts. So a call need not read all waiting alerts. If deliveries are large, a call
 * can return fewer than `$1`, although more wait.
 */
export const selectOldestWaiting = `
  WITH oldest AS (
    SELECT seq, trace FROM inbox WHERE relayed_at IS NULL
      AND NOT EXISTS (SELECT FROM unnest($2::text[], $3::text[]) AS excluded (c, g) WHERE c = cluster AND g = alert_group)
    ORDER BY seq LIMIT $1 * 20
  ), chosen AS (SELECT trace, min(seq) AS first FROM oldest GROUP BY trace ORDER BY first LIMIT $1)
  SELECT trace, cluster, alert_group, array_agg(alert ORDER BY seq) AS alerts
  FROM chosen JOIN inbox USING (trace) WHERE relayed_at IS NULL
  GROUP BY trace, cluster, alert_group, first ORDER BY first`;

const updateRelayed = `
  UPDATE inbox SET relayed_at = clock_timestamp() WHERE trace = $1 AND relayed_at IS NULL`;
const updateParked = `
  UPDATE inbox SET relayed_at = clock_timestamp(), parked = $2 WHERE trace = $1 AND relayed_at IS NULL`;
const updateFailures = `
  UPDATE inbox SET failures = failures + 1,
    relayed_at = CASE WHEN failures + 1 >= $3 THEN clock_timestamp() END,
    parked = CASE WHEN failures + 1 >= $3 THEN $2 END
  WHERE trace = $1 AND relayed_at IS NULL RETURNING parked IS NOT NULL AS parked`;

/** The beginning of a reason. PostgreSQL's type `text` cannot store NUL. */
const storedReason = (reason: string): string => reason.slice(0, maxReasonCharacters).replaceAll('\0', '');

/** Why a delivery is parked that does not match its schema. */
const malformed = 'a stored alert of this delivery is malformed';

interface DeliveryRow {
  trace: string;
  cluster: string;
  alert_group: string;
  alerts: string[];
}

/**
 * Returns undefined if a stored alert does not match its schema. Then somebody changed the table, or an older build wrote
 * the alert.
 */
function deliveryOf({ trace, cluster, alert_group: group, alerts: stored }: DeliveryRow): Delivery | undefined {
  const alerts = stored.map(parseAlert).filter((alert) => alert !== undefined);
  return alerts.length === stored.length ? { cluster, group, trace, alerts } : undefined;
}

function parseAlert(text: string): Alert | undefined {
  try {
    return alertSchema.parse(JSON.parse(text));
  } catch {
    return undefined; // the error would quote the alert
  }
}

function uniqueKey(cluster: string, group: string, sourceGroupKey: string, alert: Alert): string {
  return digestOf([cluster, group, sourceGroupKey, alert.fingerprint, alert.status, alert.startsAt]);
}
