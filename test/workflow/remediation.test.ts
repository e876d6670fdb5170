import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { refused } from '../../src/lib/error.ts';
import { firing, gate, offered, openIncident, resolved, until } from './incident.ts';
import { decision } from './people.ts';
import { digests, judged, verdict, type Activities, type Script } from './script.ts';
import { startEnvironment, type TestEnvironment } from './environment.ts';

let environment: TestEnvironment;
before(async () => {
  environment = await startEnvironment();
});
after(() => environment[Symbol.asyncDispose]());

function open(answers: Partial<Activities> = {}) {
  return openIncident(environment, answers);
}

const repaired = ['open', 'observe', 'plan', 'rehearse', 'judge', 'prepare', 'rehearse', 'execute', 'verify'];
const closing = ['closeLease', 'close'];
const shadow = verdict(1, { phase: 'shadow', execute: false });

const wrote = (script: Script): boolean => script.names().includes('execute');

describe('an incident that is executed', { concurrency: 4 }, () => {
  it('is repaired after one approval; each activity gets the results of the earlier ones', async () => {
    const incident = await open();
    await offered(incident);
    assert.ok('admitted' in (await incident.decide(decision('lea'))));
    assert.deepEqual(await incident.closed(), { outcome: 'repaired', reason: 'every checked prediction came true' });
    const { calls } = incident.script;
    const names = incident.script.names();
    assert.deepEqual(
      names.filter((name) => name !== 'admitDecision'),
      [...repaired, ...closing],
    );
    const [, preflight] = calls.filter(({ name }) => name === 'rehearse');
    assert.deepEqual(preflight?.input.preflight, { challenge: 'challenge', execution: 'exe-do' });
    const execute = calls.find(({ name }) => name === 'execute')?.input;
    assert.deepEqual([execute.direction, execute.dossier, execute.report], ['do', digests.dossier, digests.preflight]);
    const verify = calls.find(({ name }) => name === 'verify')?.input;
    assert.deepEqual([verify.plan, verify.report, verify.direction], [digests.plan, digests.report, 'do']);
    assert.equal(calls.at(-1)?.input.outcome, 'repaired');
  });

  it('waits for two people of two groups; a second approval of the same person does not count', async () => {
    const incident = await open({ judge: judged(verdict(2)) });
    await offered(incident);
    await incident.decide(decision('lea'));
    await incident.decide(decision('lea', 'approve', { reason: 'and again' }));
    assert.equal(await incident.stage(), 'decide');
    await incident.decide(decision('omar'));
    assert.equal((await incident.closed()).outcome, 'repaired');
  });

  it('needs no approval in phase autonomous without an obligation', async () => {
    const incident = await open({ judge: judged(verdict(0, { phase: 'autonomous' })) });
    assert.equal((await incident.closed()).outcome, 'repaired');
    assert.deepEqual(incident.script.names(), [...repaired, ...closing]);
  });

  it('is undone, and the undo is verified, when the prediction does not come true', async () => {
    const verify: Activities['verify'] = async ({ direction }) =>
      direction === 'do'
        ? { verified: false, mismatches: ['2 pods are not ready'] }
        : { verified: true, mismatches: [] };
    const incident = await open({ judge: judged(verdict(0)), verify });
    assert.deepEqual(await incident.closed(), { outcome: 'undone', reason: 'not as predicted: 2 pods are not ready' });
    assert.deepEqual(incident.script.names(), [...repaired, 'execute', 'verify', ...closing]);
  });
});

describe('an incident that ends before execution', { concurrency: 4 }, () => {
  const escalations: [string, Partial<Activities>, RegExp][] = [
    ['no object to observe', { observe: async () => ({ none: 'no workload is named' }) }, /no workload is named/],
    ['no playbook fits', { plan: async () => ({ none: 'no playbook fits' }) }, /no playbook fits/],
    [
      'policy denies',
      {
        judge: async () => ({ verdict: { allowed: false, reasons: [{ rule: 'r', sentence: '2 pods stay pending' }] } }),
      },
      /policy denies the plan: 2 pods stay pending/,
    ],
    ['phase assist', { judge: judged(verdict(0, { phase: 'assist', execute: false })) }, /phase assist/],
    [
      'an activity fails permanently',
      { rehearse: () => Promise.reject(refused('sandbox-unavailable', 'no user namespaces')) },
      /rehearse failed: no user namespaces/,
    ],
  ];
  for (const [name, answers, reason] of escalations) {
    it(`escalated: ${name}`, async () => {
      const incident = await open(answers);
      const ending = await incident.closed();
      assert.equal(ending.outcome, 'escalated');
      assert.match(ending.reason, reason);
      assert.ok(!wrote(incident.script));
      assert.deepEqual(incident.script.names().slice(-2), closing);
    });
  }

  it('recorded: phase shadow asks nobody and writes nothing', async () => {
    const incident = await open({ judge: async () => ({ verdict: shadow }) });
    assert.equal((await incident.closed()).outcome, 'recorded');
    assert.deepEqual(incident.script.names(), ['open', 'observe', 'plan', 'rehearse', 'judge', ...closing]);
  });

  it('invalidated: the gateway refuses the dossier in prepare or in execute', async () => {
    const prepare: Activities['prepare'] = async () => ({
      ready: false,
      execution: 'exe',
      reasons: ['kill switch is on'],
    });
    const first = await open({ judge: judged(verdict(0)), prepare });
    assert.deepEqual(await first.closed(), { outcome: 'invalidated', reason: 'kill switch is on' });
    const execute: Activities['execute'] = async () => ({
      outcome: 'invalidated',
      execution: 'exe',
      reasons: ['precondition changed'],
    });
    const second = await open({ judge: judged(verdict(0)), execute });
    assert.deepEqual(await second.closed(), { outcome: 'invalidated', reason: 'precondition changed' });
    assert.ok(!second.script.names().includes('verify'));
  });

  it('denied: one denial ends it, also after an approval', async () => {
    const incident = await open({ judge: judged(verdict(2)) });
    await offered(incident);
    await incident.decide(decision('lea'));
    await incident.decide(decision('sam', 'deny', { reason: 'not on a Friday' }));
    assert.deepEqual(await incident.closed(), { outcome: 'denied', reason: 'sam: not on a Friday' });
    assert.ok(!wrote(incident.script));
  });

  it('denied: also after the last approval, until execution starts', async () => {
    const preflight = gate();
    const rehearse: Activities['rehearse'] = async (input) => {
      if (input.preflight) await preflight.opened;
      return { report: input.preflight ? digests.preflight : digests.report, outcome: 'safe', reason: 'safe' };
    };
    const incident = await open({ rehearse });
    await offered(incident);
    await incident.decide(decision('lea'));
    await until(async () => (await incident.stage()) === 'preflight');
    await incident.decide(decision('omar', 'deny'));
    preflight.open();
    assert.equal((await incident.closed()).outcome, 'denied');
    assert.ok(!wrote(incident.script));
  });

  it('expired: the dossier expires without a decision', async () => {
    const incident = await open({ judge: judged(verdict(1), 1) });
    assert.equal((await incident.closed()).outcome, 'expired');
    assert.ok(!incident.script.names().includes('prepare'));
  });

  it('cancelled: the alerts resolve while people decide, and during the rehearsal', async () => {
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
    await rehearsing.send(firing); // late and out of order: the alert stays resolved
    sandbox.open();
    assert.equal((await rehearsing.closed()).outcome, 'cancelled');
    assert.ok(!rehearsing.script.names().includes('judge'));
  });

  it('goes on when one of two alerts resolves', async () => {
    const incident = await open({ judge: judged(verdict(1), 2) });
    await incident.send({ ...firing, fingerprint: 'f2' });
    await offered(incident);
    await incident.send(resolved);
    assert.equal((await incident.closed()).outcome, 'expired');
  });

  it('cancelled: an operator cancels the workflow, and the read lease is revoked', async () => {
    const incident = await open();
    await offered(incident);
    await incident.handle.cancel();
    assert.equal((await incident.closed()).outcome, 'cancelled');
    assert.deepEqual(incident.script.names().slice(-2), closing);
  });
});
