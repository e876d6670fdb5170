import type { Digest } from '../../src/lib/digest.ts';
import { signedReportSchema } from '../../src/domain/rehearsal/report.ts';
import type { JournalRecord } from '../../src/domain/journal/journal.ts';
import { airlockWrites, isReadLease } from '../audit.ts';
import type { Stage } from '../stage.ts';
import { tellRecord, type Story } from './story.ts';

const target = 'west';

/** An alert asks for capacity that the nodes do not have: the rehearsal shows it, policy denies, nothing is touched. */
export const storyB: Story = {
  id: 'B',
  title: 'west is asked for capacity that its nodes do not have',
  async tell(stage, tell) {
    const since = new Date();
    await stage.alert(target, {
      labels: { alertname: 'ShopHighLoad', namespace: 'shop', deployment: 'web', severity: 'warning' },
      annotations: { summary: 'shop/web is at its limit' },
      startsAt: since.toISOString(),
    });
    const { id } = await stage.incidentOf(target, since, 'ShopHighLoad');
    const records = await stage.follow(id, (record) => tellRecord(tell, record));
    const unschedulable = await unschedulablePods(stage, records);
    for (const line of unschedulable.slice(0, 3)) tell('scheduler', line);
    const outcome = (await stage.api.incident(id)).outcome?.outcome ?? 'open';
    const writes = await airlockWrites(stage.auditLog(target), since);
    const others = writes.filter((write) => !isReadLease(write));
    tell('audit log', `of the target: ${writes.length} writes for the read lease, ${others.length} others`);
    return {
      outcome,
      comparison: [],
      missing: [
        ...(outcome === 'human' ? [] : [`the incident ended as ${outcome}`]),
        ...(unschedulable.length > 0 ? [] : ['the report names no unschedulable pod']),
        ...others.map(({ verb, object, user }) => `${user} wrote: ${verb} ${object}`),
        ...(writes.length > 0 ? [] : ['the audit log shows no read lease: it was not the right log']),
      ],
    };
  },
};

/** The scheduler's own words about each pod, from the report that the person gets. */
export async function unschedulablePods(stage: Stage, records: readonly JournalRecord[]): Promise<string[]> {
  const done = records.find(({ kind }) => kind === 'rehearsal.done');
  const { report: digest } = (done?.body ?? {}) as { report?: Digest };
  if (!done || !digest) return [];
  const bytes = await stage.api.document(done.incident, 'reports', digest);
  const { statement } = signedReportSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  return statement.report.checks.find(({ id, passed }) => id === 'scheduled' && !passed)?.details ?? [];
}
