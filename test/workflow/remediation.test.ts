import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { refused } from '../../src/lib/error.ts';
import { firing, gate, offered, openIncident, resolved, until } from './incident.ts';
import { decision } from './people.ts';
import { digests, judged, verdict, type Activities, type Script } from './script.ts';
import { startWorld, type World } from './environment.ts';

let world: World;
before(async () => {
  world = await startWorld();
});
after(() => world[Symbol.asyncDispose]());

function open(answers: Partial<Activities> = {}) {
  return openIncident(world, answers);
}

const repaired = ['open', 'observe', 'plan', 'rehearse', 'judge', 'prepare', 'rehearse', 'execute', 'verify'];
const closing = ['closeLease', 'close'];
const shadow = verdict(1, { phase: 'shadow', execute: false });

const wrote = (script: Script): boolean => script.names().includes('execute');

describe('the whole way', { concurrency: 4 }, () => {
  it('OK: one approval; repaired; every input is what came before', async () => {
    const incident = await open();
    await offered(incident);
    assert.ok('admitted' in (await incident.decide(decision('lea'))));
    assert.deepEqual(await incident.closed(), { outcome: 'repaired', reason: 'every prediction came true' });
    const { calls } = incident.script;
    const names = incident.script.names();
    assert.deepEqual(
      names.filter((name) => name !== 'admitDecision'),
      [...repaired, ...closing],
    );
    const [, door] = calls.filter(({ name }) => name === 'rehearse');
    assert.deepEqual(door?.input.door, { challenge: 'challenge', execution: 'exe-do' });
    const execute = calls.find(({ name }) => name === 'execute')?.input;
    assert.deepEqual([execute.direction, execute.dossier, execute.report], ['do', digests.dossier, digests.door]);
    const verify = calls.find(({ name }) => name === 'verify')?.input;
    assert.deepEqual([verify.plan, verify.report, verify.direction], [digests.plan, digests.report, 'do']);
    assert.equal(calls.at(-1)?.input.outcome, 'repaired');
  });

  it('OK: two people of two groups; the same person twice is one', async () => {
    const incident = await open({ judge: judged(verdict(2)) });
    await offered(incident);
    await incident.decide(decision('lea'));
    await incident.decide(decision('lea', 'approve', { reason: 'and again' }));
    assert.equal(await incident.stage(), 'decide');
    await incident.decide(decision('omar'));
    assert.equal((await incident.closed()).outcome, 'repaired');
  });

  it('OK: autonomous without obligation needs nobody', async () => {
    const incident = await open({ judge: judged(verdict(0, { phase: 'autonomous' })) });
    assert.equal((await incident.closed()).outcome, 'repaired');
    assert.deepEqual(incident.script.names(), [...repaired, ...closing]);
  });

  it('OK: not as predicted: undone, and that is verified', async () => {
    const verify: Activities['verify'] = async ({ direction }) =>
      direction === 'do'
        ? { verified: false, mismatches: ['2 pods are not ready'] }
        : { verified: true, mismatches: [] };
    const incident = await open({ judge: judged(verdict(0)), verify });
    assert.deepEqual(await incident.closed(), { outcome: 'undone', reason: 'not as predicted: 2 pods are not ready' });
    assert.deepEqual(incident.script.names(), [...repaired, 'execute', 'verify', ...closing]);
  });
});

describe('ends before execution', { concurrency: 4 }, () => {
  const human: [string, Partial<Activities>, RegExp][] = [
    ['nothing to look at', { observe: async () => ({ none: 'no workload is named' }) }, /no workload is named/],
    ['nothing fits', { plan: async () => ({ none: 'no playbook fits' }) }, /no playbook fits/],
    [
      'policy denies',
      {
        judge: async () => ({ verdict: { allowed: false, reasons: [{ rule: 'r', sentence: '2 pods stay pending' }] } }),
      },
      /policy denies: 2 pods stay pending/,
    ],
    ['phase assist', { judge: judged(verdict(0, { phase: 'assist', execute: false })) }, /phase assist/],
    [
      'an activity that fails for good',
      { rehearse: () => Promise.reject(refused('sandbox-failed', 'the snapshot cannot be loaded')) },
      /rehearse failed: the snapshot cannot be loaded/,
    ],
  ];
  for (const [name, answers, reason] of human) {
    it(`human: ${name}`, async () => {
      const incident = await open(answers);
      const ending = await incident.closed();
      assert.equal(ending.outcome, 'human');
      assert.match(ending.reason, reason);
      assert.ok(!wrote(incident.script));
      assert.deepEqual(incident.script.names().slice(-2), closing);
    });
  }

  it('recorded: phase shadow asks nobody and touches nothing', async () => {
    const incident = await open({ judge: async () => ({ verdict: shadow }) });
    assert.equal((await incident.closed()).outcome, 'recorded');
    assert.deepEqual(incident.script.names(), ['open', 'observe', 'plan', 'rehearse', 'judge', ...closing]);
  });

  it('void: the gateway finds that it does not hold', async () => {
    const prepare: Activities['prepare'] = async () => ({ ready: false, execution: 'exe', reasons: ['halted'] });
    const first = await open({ judge: judged(verdict(0)), prepare });
    assert.deepEqual(await first.closed(), { outcome: 'void', reason: 'halted' });
    const execute: Activities['execute'] = async () => ({
      outcome: 'void',
      execution: 'exe',
      reasons: ['basis changed'],
    });
    const second = await open({ judge: judged(verdict(0)), execute });
    assert.deepEqual(await second.closed(), { outcome: 'void', reason: 'basis changed' });
    assert.ok(!second.script.names().includes('verify'));
  });

  it('denied: one deny ends it, however many approved before', async () => {
    const incident = await open({ judge: judged(verdict(2)) });
    await offered(incident);
    await incident.decide(decision('lea'));
    await incident.decide(decision('sam', 'deny', { reason: 'not on a Friday' }));
    assert.deepEqual(await incident.closed(), { outcome: 'denied', reason: 'sam: not on a Friday' });
    assert.ok(!wrote(incident.script));
  });

  it('denied: also after enough approved, until it is executed', async () => {
    const door = gate();
    const rehearse: Activities['rehearse'] = async (input) => {
      if (input.door) await door.opened;
      return { report: input.door ? digests.door : digests.report, outcome: 'safe', reason: 'safe' };
    };
    const incident = await open({ rehearse });
    await offered(incident);
    await incident.decide(decision('lea'));
    await until(async () => (await incident.stage()) === 'rehearse at the door');
    await incident.decide(decision('omar', 'deny'));
    door.open();
    assert.equal((await incident.closed()).outcome, 'denied');
    assert.ok(!wrote(incident.script));
  });

  it('expired: nobody decided in time', async () => {
    const incident = await open({ judge: judged(verdict(1), 1) });
    assert.equal((await incident.closed()).outcome, 'expired');
    assert.ok(!incident.script.names().includes('prepare'));
  });

  it('cancelled: resolved while people decide, and while it is rehearsed', async () => {
    const waiting = await open();
    await offered(waiting);
    await waiting.send(resolved);
    assert.equal((await waiting.closed()).outcome, 'cancelled');
    assert.ok(!wrote(waiting.script));

    const sandbox = gate();
    const rehearse = async () => {
      await sandbox.opened;
      return { report: digests.report, outcome: 'safe', reason: 'safe' } as const;
    };
    const rehearsing = await open({ rehearse });
    await until(async () => (await rehearsing.stage()) === 'rehearse');
    await rehearsing.send(resolved, { ...firing, fingerprint: 'f2', status: 'resolved' });
    await rehearsing.send(firing); // late and out of order: it stays resolved
    sandbox.open();
    assert.equal((await rehearsing.closed()).outcome, 'cancelled');
    assert.ok(!rehearsing.script.names().includes('judge'));
  });

  it('not cancelled: one of two alerts resolves', async () => {
    const incident = await open({ judge: judged(verdict(1), 2) });
    await incident.send({ ...firing, fingerprint: 'f2' });
    await offered(incident);
    await incident.send(resolved);
    assert.equal((await incident.closed()).outcome, 'expired');
  });

  it('cancelled by hand: the lease goes all the same', async () => {
    const incident = await open();
    await offered(incident);
    await incident.handle.cancel();
    assert.equal((await incident.closed()).outcome, 'cancelled');
    assert.deepEqual(incident.script.names().slice(-2), closing);
  });
});
