import type { Digest } from '../../src/lib/digest.ts';
import { signedReportSchema } from '../../src/domain/rehearsal/report.ts';
import type { JournalRecord } from '../../src/domain/journal/journal.ts';
import { airlockWrites, isReadLease } from '../audit.ts';
import type { StackClient } from '../stack-client.ts';
import { printRecord, type Story } from './story.ts';

const target = 'west';

/**
 * An alert leads to a plan with more replicas than the nodes have capacity for. The rehearsal shows this, policy denies
 * the plan, and nothing is changed.
 */
export const storyB: Story = {
  id: 'B',
  title: 'west needs capacity that its nodes do not have',
  async run(client, print) {
    const since = new Date();
    await client.alert(target, {
      labels: { alertname: 'ShopHighLoad', namespace: 'shop', deployment: 'web', severity: 'warning' },
      annotations: { summary: 'shop/web is at its limit' },
      startsAt: since.toISOString(),
    });
    const { id } = await client.incidentOf(target, since, 'ShopHighLoad');
    const records = await client.follow(id, (record) => printRecord(print, record));
    const unschedulable = await schedulerMessages(client, records);
    for (const line of unschedulable.slice(0, 3)) print('scheduler', line);
    const outcome = (await client.api.incident(id)).outcome?.outcome ?? 'open';
    const writes = await airlockWrites(client.auditLog(target), since);
    const others = writes.filter((write) => !isReadLease(write));
    print(
      'audit log',
      `${target} recorded ${writes.length - others.length} writes that gave or ended Airlock's read access, and ${others.length} other writes`,
    );
    return {
      outcome,
      comparison: [],
      missing: [
        ...(outcome === 'escalated' ? [] : [`the incident ended as ${outcome}`]),
        ...(unschedulable.length > 0 ? [] : ['the report of the rehearsal names no unschedulable pod']),
        ...others.map(({ verb, object, user }) => `${user} wrote: ${verb} ${object}`),
        ...(writes.length > 0
          ? []
          : [
              'the audit log does not show how Airlock got read access, so it cannot show that nothing else was written',
            ]),
      ],
    };
  },
};

/** Reads the report of the rehearsal. Returns the scheduler's messages about the pods without a node. */
export async function schedulerMessages(client: StackClient, records: readonly JournalRecord[]): Promise<string[]> {
  const done = records.find(({ kind }) => kind === 'rehearsal.completed');
  const { report: digest } = (done?.body ?? {}) as { report?: Digest };
  if (!done || !digest) return [];
  const bytes = await client.api.document(done.incident, 'reports', digest);
  const { statement } = signedReportSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  return statement.report.checks.find(({ id, passed }) => id === 'scheduled' && !passed)?.details ?? [];
}
