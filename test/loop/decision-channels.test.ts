import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sendDecision, type TemporalChannel } from '../../demo/send-decision.ts';
import { poll } from '../../demo/stack-client.ts';
import { showIncident } from '../../src/cli/incidents/show-incident.ts';
import { plainTerminal } from '../../src/cli/render/terminal.ts';
import { decisionSchema } from '../../src/domain/approval/decision.ts';
import type { JournalRecord, RecordKind } from '../../src/domain/journal/journal.ts';
import { crashingImages } from '../../stack/shop/behaviours.ts';
import { bootStack, type BootedStack } from './boot-stack.ts';
import { breakWorkload } from './changes.ts';
import { openIncident, type TestIncident } from './test-incident.ts';

let stack: BootedStack;
const client = () => stack.client;

before(async () => {
  stack = await bootStack({ dossierSeconds: { low: 18, medium: 3600, high: 3600 }, verifySeconds: 12 });
});
after(() => stack[Symbol.asyncDispose]());

/** Makes a decision and its token with the CLI, without sending it. */
async function unsentDecision(incident: TestIncident, verb: 'approve' | 'deny', user: string) {
  const printed = await incident.decide(verb, user, true);
  assert.equal(printed.code, 0, printed.text);
  return printed;
}

async function by(
  channel: TemporalChannel,
  printed: { text: string; out: string },
): Promise<{ code: number; text: string }> {
  return sendDecision(client(), channel, printed);
}

/** Records of a kind since the incident was last opened. A second alert about a workload reopens its first incident. */
async function records(incident: TestIncident, kind: RecordKind): Promise<JournalRecord[]> {
  const all = await client().api.journal(incident.id);
  const opened = all.findLastIndex((record) => record.kind === 'incident.reopened');
  return all.slice(opened + 1).filter((record) => record.kind === kind);
}

async function serveLog(): Promise<string> {
  return readFile(join(stack.folder, 'logs/serve.log'), 'utf8');
}

describe('decisions of people, by every channel of the real stack', { concurrency: 2 }, () => {
  test('high tier: takes two people of two groups, also through the Temporal CLI; one deny ends the incident', async () => {
    await breakWorkload(client(), 'east', 'catalog', crashingImages.catalog);
    const alert = { target: 'east', alert: 'KubePodCrashLooping', deployment: 'catalog' };
    const first = await openIncident(client(), alert);
    const stale = await unsentDecision(first, 'approve', 'lea');
    assert.equal((await by('update execute', stale)).code, 0);
    const denial = await unsentDecision(first, 'deny', 'sam');
    assert.equal((await by('signal', denial)).code, 0);
    const ending = await first.outcome();
    assert.deepEqual([ending.outcome, /^sam: deny in a test/.test(ending.reason)], ['denied', true], ending.reason);
    assert.notEqual((await by('signal', stale)).code, 0, 'a closed incident accepted a decision');

    const second = await openIncident(client(), alert);
    const approval = await unsentDecision(second, 'approve', 'sam');
    assert.deepEqual(await records(second, 'decision.admitted'), [], '--token-only sent the decision');

    // Malformed decisions and decisions on another dossier have no effect, and the workflow goes on.
    const other = await by('update execute', { ...approval, out: stale.out });
    assert.match(other.text, /about another dossier/);
    for (const out of [stale.out, '"approve"', '[]', approval.out.replace('approve', 'deny')]) {
      assert.equal((await by('signal', { ...approval, out })).code, 0);
    }
    await poll('four log lines about ignored signals', async () => {
      const lines = (await serveLog()).match(/ignored a decision signal: /g) ?? [];
      return lines.length >= 4;
    });
    const tampered = approval.out.replace(/.{8}"}\s*$/, 'AAAAAAAA"}');
    assert.notEqual(tampered, approval.out);
    assert.equal((await by('signal', { ...approval, out: tampered })).code, 0);
    assert.match((await second.recordOf('decision.refused')).message, /signature/);
    assert.deepEqual(await records(second, 'decision.admitted'), []);

    // One person counts once over all channels. A second person of the same group does not count as a second group.
    assert.equal((await by('signal', approval)).code, 0);
    await second.recordOf('decision.admitted');
    const again = await by('update execute', approval);
    assert.deepEqual([again.code, /admittedAt/.test(again.text)], [0, true], again.text);
    assert.equal((await records(second, 'decision.admitted')).length, 1, 'one token was admitted twice');
    assert.equal((await second.decide('approve', 'sam')).code, 0);
    assert.equal((await second.decide('approve', 'tom')).code, 0);
    assert.equal((await records(second, 'decision.admitted')).length, 3);
    assert.deepEqual(await records(second, 'execution.prepared'), [], 'executed after the approvals of one group');
    const last = await unsentDecision(second, 'approve', 'olga');
    assert.equal((await by('update execute', last)).code, 0);
    const { outcome, reason } = await second.outcome();
    assert.equal(outcome, 'repaired', reason);
    assert.equal((await records(second, 'step.applied')).length, 1);
    await assertNoTokenWritten([stale, denial, approval, last]);
  });

  test('low tier: asks the next groups in turn while nobody decides, then expires', async () => {
    const incident = await openIncident(client(), { target: 'west', alert: 'ShopHighLoad', deployment: 'mail' });
    const { digest, notified } = (await incident.recordOf('dossier.offered')).body as {
      digest: string;
      notified: string[];
    };
    assert.deepEqual(notified, ['sre']);
    await incident.recordOf('group.reminded');
    let shown = '';
    const write = (text: string): void => {
      shown += text;
    };
    await showIncident(client().api, incident.id, { format: 'table', terminal: plainTerminal, write });
    assert.match(shown, /^ {2}asked to decide +sre, then lead/m);
    const { outcome } = await incident.outcome();
    assert.equal(outcome, 'expired');
    const reminded = incident.records.filter(({ kind }) => kind === 'group.reminded').map(({ body }) => body);
    assert.deepEqual(
      reminded,
      ['lead', 'owner'].map((group) => ({ dossier: digest, group, tier: 'low' })),
    );
    assert.ok(!incident.records.some(({ kind }) => kind === 'execution.prepared'));
  });
});

/** No token of these decisions is in a log or in the journal. */
async function assertNoTokenWritten(decisions: readonly { out: string }[]): Promise<void> {
  const logs = join(stack.folder, 'logs');
  const texts = await Promise.all((await readdir(logs)).map((name) => readFile(join(logs, name), 'latin1')));
  const journals = await Promise.all((await client().api.incidents()).map(({ id }) => client().api.journal(id)));
  const written = [...texts, JSON.stringify(journals)].join('\n');
  // The search is for the signature only, because the rest of a token could be cut or encoded differently.
  for (const { out } of decisions) {
    const signature = decisionSchema.parse(JSON.parse(out)).token.split('.')[2];
    assert.ok(signature && !written.includes(signature));
  }
  assert.ok(written.includes('approve in a test, by another channel'), 'the search misses a reason that is on record');
}
