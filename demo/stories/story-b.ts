import type { Digest } from '../../src/lib/digest.ts';
import { signedReportSchema } from '../../src/domain/rehearsal/report.ts';
import type { JournalRecord } from '../../src/domain/journal/journal.ts';
import { airlockWrites, isReadLeaseWrite } from '../audit.ts';
import type { StackClient } from '../stack-client.ts';
import { printRecord, type Story } from './story.ts';

const target = 'west';

/**
 * An alert leads to a plan for more pods than the nodes can run. The rehearsal names the unschedulable pods. Policy
 * denies the plan, and `west` is not changed.
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
    const otherWrites = writes.filter((write) => !isReadLeaseWrite(write));
    print(
      'audit log',
      `${target} recorded ${writes.length - otherWrites.length} writes by Airlock for read leases, and ${otherWrites.length} other writes by Airlock`,
    );
    return {
      outcome,
      comparison: [],
      problems: [
        ...(outcome === 'escalated' ? [] : [`the incident is ${outcome}, not escalated`]),
        ...(unschedulable.length > 0 ? [] : ['no report of a rehearsal names an unschedulable pod']),
        ...otherWrites.map(({ verb, object, user }) => `unexpected write by ${user}: ${verb} ${object}`),
        ...(writes.length > 0
          ? []
          : ['the audit log has no write by Airlock, so the log may be incomplete and proves nothing']),
      ],
    };
  },
};

/**
 * Reads the report of the first rehearsal. Returns the details of the failed check `scheduled`: above all, the
 * scheduler's message for each pod without a node. Returns an empty list if there is no report or the check passed.
 */
export async function schedulerMessages(client: StackClient, records: readonly JournalRecord[]): Promise<string[]> {
  const completed = records.find(({ kind }) => kind === 'rehearsal.completed');
  const { report: digest } = (completed?.body ?? {}) as { report?: Digest };
  if (!completed || !digest) return [];
  const bytes = await client.api.document(completed.incident, 'reports', digest);
  const { statement } = signedReportSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  return statement.report.checks.find(({ id, passed }) => id === 'scheduled' && !passed)?.details ?? [];
}
