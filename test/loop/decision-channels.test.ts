import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { carry, type Door } from '../../demo/carry.ts';
import { poll } from '../../demo/stage.ts';
import { showIncident } from '../../src/cli/incidents.ts';
import { decisionSchema } from '../../src/domain/approval/decision.ts';
import type { JournalRecord, RecordKind } from '../../src/domain/journal/journal.ts';
import { crashing } from '../../stack/shop/behaviours.ts';
import { bootStack, type BootedStack } from './boot-stack.ts';
import { breakWorkload } from './changes.ts';
import { openIncident, type Driven } from './incident.ts';

let stack: BootedStack;
const stage = () => stack.stage;
/** Every proof that was made here. */
const proofs: string[] = [];

before(async () => {
  stack = await bootStack({ dossierSeconds: { low: 18, medium: 3600, high: 3600 }, verifySeconds: 12 });
});
after(() => stack[Symbol.asyncDispose]());

/** A decision and its proof, made with the real command and not sent. */
async function made(incident: Driven, verb: 'approve' | 'deny', user: string) {
  const printed = await incident.decides(verb, user, true);
  assert.equal(printed.code, 0, 'the command failed');
  proofs.push(decisionSchema.parse(JSON.parse(printed.out)).proof);
  return printed;
}

async function by(door: Door, printed: { text: string; out: string }): Promise<{ code: number; text: string }> {
  return carry(stage(), door, printed);
}

/** Since the incident was last opened: the second about a workload is the first, open again. */
async function records(incident: Driven, kind: RecordKind): Promise<JournalRecord[]> {
  const all = await stage().api.journal(incident.id);
  const opened = all.findLastIndex((record) => record.kind === 'incident.reopened');
  return all.slice(opened + 1).filter((record) => record.kind === kind);
}

async function serveLog(): Promise<string> {
  return readFile(join(stack.folder, 'logs/serve.log'), 'utf8');
}

describe('people, by every door of the real stack', { concurrency: 2 }, () => {
  test('high tier: two people of two groups, by Temporal’s own program; one deny ends it', async () => {
    await breakWorkload(stage(), 'east', 'catalog', crashing.catalog);
    const about = { target: 'east', alert: 'KubePodCrashLooping', deployment: 'catalog' };
    const first = await openIncident(stage(), about);
    const yes = await made(first, 'approve', 'lea');
    assert.equal((await by('update execute', yes)).code, 0);
    assert.equal((await by('signal', await made(first, 'deny', 'sam'))).code, 0);
    const ending = await first.ending();
    assert.deepEqual([ending.outcome, /^sam: deny in a test/.test(ending.reason)], ['denied', true], ending.reason);
    assert.notEqual((await by('signal', yes)).code, 0, 'a closed incident took a decision');

    const second = await openIncident(stage(), about);
    const approval = await made(second, 'approve', 'sam');
    assert.deepEqual(await records(second, 'decision.admitted'), [], 'something was sent');

    // Nothing that does not fit has an effect, and nothing of it stops the workflow.
    const other = await by('update execute', { ...approval, out: yes.out });
    assert.match(other.text, /about another dossier/);
    for (const out of [yes.out, '"approve"', '[]', approval.out.replace('approve', 'deny')]) {
      assert.equal((await by('signal', { ...approval, out })).code, 0);
    }
    await poll('four lines in the log', async () => {
      const lines = (await serveLog()).match(/a decision that came as a signal does not count/g) ?? [];
      return lines.length >= 4 || undefined;
    });
    const tampered = approval.out.replace(/.{8}"}\s*$/, 'AAAAAAAA"}');
    assert.notEqual(tampered, approval.out);
    assert.equal((await by('signal', { ...approval, out: tampered })).code, 0);
    assert.match((await second.until('decision.refused')).fact, /signature/);
    assert.deepEqual(await records(second, 'decision.admitted'), []);

    // The same person counts once, by every door; another one of the same group adds nothing.
    assert.equal((await by('signal', approval)).code, 0);
    await second.until('decision.admitted');
    const again = await by('update execute', approval);
    assert.deepEqual([again.code, /admittedAt/.test(again.text)], [0, true], again.text);
    assert.equal((await records(second, 'decision.admitted')).length, 1, 'one proof was admitted twice');
    assert.equal((await second.decides('approve', 'sam')).code, 0);
    assert.equal((await second.decides('approve', 'tom')).code, 0);
    assert.equal((await records(second, 'decision.admitted')).length, 3);
    assert.deepEqual(await records(second, 'execution.prepared'), [], 'one group is not two');
    assert.equal((await by('update execute', await made(second, 'approve', 'olga'))).code, 0);
    const { outcome, reason } = await second.ending();
    assert.equal(outcome, 'repaired', reason);
    assert.equal((await records(second, 'step.applied')).length, 1);
  });

  test('low tier: nobody decides: the next groups are asked in turn, and it expires', async () => {
    const incident = await openIncident(stage(), { target: 'west', alert: 'ShopHighLoad', deployment: 'mail' });
    const { digest, asked } = (await incident.until('dossier.offered')).body as { digest: string; asked: string[] };
    assert.deepEqual(asked, ['sre']);
    await incident.until('dossier.reminded');
    let shown = '';
    await showIncident(stage().api, incident.id, (text) => void (shown += text));
    assert.match(shown, /^asked to decide: sre, then lead/m);
    const { outcome } = await incident.ending();
    assert.equal(outcome, 'expired');
    const reminded = incident.records.filter(({ kind }) => kind === 'dossier.reminded').map(({ body }) => body);
    assert.deepEqual(
      reminded,
      ['lead', 'owner'].map((group) => ({ dossier: digest, group, tier: 'low' })),
    );
    assert.ok(!incident.records.some(({ kind }) => kind === 'execution.prepared'));
  });
});

test('no proof stands in a log or in the journal', async () => {
  const logs = join(stack.folder, 'logs');
  const texts = await Promise.all((await readdir(logs)).map((name) => readFile(join(logs, name), 'latin1')));
  const journals = await Promise.all((await stage().api.incidents()).map(({ id }) => stage().api.journal(id)));
  const written = [...texts, JSON.stringify(journals)].join('\n');
  assert.equal(proofs.length, 4);
  // The signature alone is looked for: the rest of a proof could be cut or encoded otherwise.
  for (const proof of proofs) assert.ok(!written.includes(proof.split('.')[2] ?? ''));
  assert.ok(written.includes('approve in a test, by another door'), 'the search would not find what stands there');
});
