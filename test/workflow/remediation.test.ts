import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createIncidentWorkflows } from '../../src/adapters/temporal/incident-workflows.ts';
import type { Alert, Delivery } from '../../src/domain/alert.ts';
import { refused } from '../../src/domain/error.ts';
import { incidentOf } from '../../src/domain/incident-of.ts';
import { taskQueue, workflowId } from '../../src/domain/names.ts';
import { alertsSignal, remediationWorkflow, statusQuery } from '../../workflows/messages.ts';
import type { remediation } from '../../workflows/remediation.ts';
import { decision, proofs } from './people.ts';
import { digests, judged, verdict, type Activities, type Script } from './script.ts';
import { startWorld, historyOf, type World } from './world.ts';

let world: World;
before(async () => {
  world = await startWorld();
});
after(() => world[Symbol.asyncDispose]());

const startsAt = '2026-11-21T12:00:00Z';
const firing: Alert = { cluster: 'east', fingerprint: 'f1', status: 'firing', startsAt, labels: {}, annotations: {} };
const resolved: Alert = { ...firing, status: 'resolved' };
const repaired = ['open', 'observe', 'plan', 'rehearse', 'judge', 'prepare', 'rehearse', 'execute', 'verify'];
const closing = ['closeLease', 'close'];
let groups = 0;

/** Opens an incident of a group of its own, whose activities go well but for `answers`. */
async function open(answers: Partial<Activities> = {}, first: Alert = firing) {
  const delivery: Delivery = { cluster: 'east', group: `group-${++groups}`, trace: 'trace-1', alerts: [first] };
  const incident = incidentOf({ ...delivery, alerts: [firing] });
  assert.ok(incident);
  const script = world.script(incident.id, answers);
  const handle = await world.client.workflow.signalWithStart<typeof remediation>(remediationWorkflow, {
    ...{ workflowId: workflowId('east', delivery.group), taskQueue: taskQueue('governance') },
    ...{ args: [{ incident, proofs }], signal: alertsSignal, signalArgs: [delivery] },
  });
  const decide = createIncidentWorkflows(world.client).decide;
  return {
    ...{ handle, script, incident, delivery },
    decide: (sent: ReturnType<typeof decision>) => decide(handle.workflowId, sent),
    send: (...alerts: Alert[]) => handle.signal(alertsSignal, { ...delivery, alerts }),
    stage: () => handle.query(statusQuery).then((status) => status.stage),
    closed: () => handle.result(),
  };
}

type Incident = Awaited<ReturnType<typeof open>>;

/** Waits until people may decide. */
async function offered(incident: Incident): Promise<void> {
  await until(async () => (await incident.stage()) === 'decide');
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`still not so after 20 s: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Something that happens when the test says so. */
function gate(): { opened: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

function wrote(script: Script): boolean {
  return script.names().includes('execute');
}

describe('the whole way', () => {
  it('OK: one approval; repaired; every input is what came before', async () => {
    const incident = await open();
    await offered(incident);
    assert.ok('admitted' in (await incident.decide(decision('lea'))));
    assert.deepEqual(await incident.closed(), { outcome: 'repaired', reason: 'every prediction came true' });
    const { calls } = incident.script;
    const names = incident.script.names();
    assert.deepEqual(names.filter((name) => name !== 'admitDecision'), [...repaired, ...closing]);
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
      direction === 'do' ? { verified: false, mismatches: ['2 pods are not ready'] } : { verified: true, mismatches: [] };
    const incident = await open({ judge: judged(verdict(0)), verify });
    assert.deepEqual(await incident.closed(), { outcome: 'undone', reason: 'not as predicted: 2 pods are not ready' });
    assert.deepEqual(incident.script.names(), [...repaired, 'execute', 'verify', ...closing]);
  });
});

describe('ends before execution', () => {
  const human: [string, Partial<Activities>, RegExp][] = [
    ['nothing to look at', { observe: async () => ({ none: 'no workload is named' }) }, /no workload is named/],
    ['nothing fits', { plan: async () => ({ none: 'no playbook fits' }) }, /no playbook fits/],
    [
      'policy denies',
      { judge: async () => ({ verdict: { allowed: false, reasons: [{ rule: 'r', sentence: '2 pods stay pending' }] } }) },
      /policy denies: 2 pods stay pending/,
    ],
    ['phase shadow', { judge: async () => ({ verdict: verdict(1, { phase: 'shadow', execute: false }) }) }, /phase shadow/],
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

  it('void: the gateway finds that it does not hold', async () => {
    const prepare: Activities['prepare'] = async () => ({ ready: false, execution: 'exe', reasons: ['halted'] });
    const first = await open({ judge: judged(verdict(0)), prepare });
    assert.deepEqual(await first.closed(), { outcome: 'void', reason: 'halted' });
    const execute: Activities['execute'] = async () => ({ outcome: 'void', execution: 'exe', reasons: ['basis changed'] });
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

  it('denied: what the gateway does not admit counts for nothing', async () => {
    const incident = await open({ admitDecision: async () => ({ refused: 'the signature is wrong' }) });
    await offered(incident);
    assert.deepEqual(await incident.decide(decision('lea')), { refused: 'the signature is wrong' });
    assert.equal(await incident.stage(), 'decide');
    await incident.send(resolved);
    assert.equal((await incident.closed()).outcome, 'cancelled');
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

describe('ends after execution has begun', () => {
  it('OK: resolved meanwhile: finished and verified', async () => {
    const cluster = gate();
    const execute: Activities['execute'] = async ({ direction }) => {
      await cluster.opened;
      return { outcome: 'executed', execution: `exe-${direction}`, receipts: [] };
    };
    const incident = await open({ judge: judged(verdict(0)), execute });
    await until(async () => (await incident.stage()) === 'execute');
    await incident.send(resolved);
    await incident.handle.cancel();
    await assert.rejects(incident.decide(decision('lea', 'deny')), { code: 'no-open-dossier' });
    cluster.open();
    assert.equal((await incident.closed()).outcome, 'repaired');
  });

  const receipts = [{ step: 'do-1', state: 'applied', resourceVersion: '2', at: startsAt }] as const;
  const failed = (written: boolean): Activities['execute'] => {
    return async ({ direction }) =>
      direction === 'undo'
        ? { outcome: 'executed', execution: 'exe-undo', receipts: [] }
        : { outcome: 'failed', execution: 'exe-do', receipts: written ? [...receipts] : [], reason: 'step 2 was refused' };
  };
  const wrong: Activities['verify'] = async () => ({ verified: false, mismatches: ['x'] });
  const endings: [string, Partial<Activities>, string, RegExp][] = [
    ['a later step failed: what was written is undone', { execute: failed(true) }, 'undone', /step 2 was refused/],
    ['the first step failed: nothing to undo', { execute: failed(false) }, 'human', /nothing was written: step 2/],
    ['the undo does not restore', { verify: wrong }, 'human', /not as predicted: x; undone, but not as predicted: x/],
    [
      'the undo is void',
      {
        verify: wrong,
        execute: async ({ direction }) =>
          direction === 'do'
            ? { outcome: 'executed', execution: 'exe', receipts: [] }
            : { outcome: 'void', execution: 'exe', reasons: ['someone else wrote'] },
      },
      'human',
      /the undo is void: someone else wrote/,
    ],
    [
      'the lease cannot be revoked',
      { closeLease: () => Promise.reject(refused('vault', 'no such lease')) },
      'repaired',
      /closeLease failed: no such lease/,
    ],
  ];
  for (const [name, answers, outcome, reason] of endings) {
    it(`${outcome}: ${name}`, async () => {
      const incident = await open({ judge: judged(verdict(0)), ...answers });
      const ending = await incident.closed();
      assert.equal(ending.outcome, outcome);
      assert.match(ending.reason, reason);
      assert.equal(incident.script.calls.at(-1)?.input.reason, ending.reason);
    });
  }
});

describe('decisions that are visibly none', () => {
  const other = digests.plan;
  const now = Math.floor(Date.now() / 1000);
  const refusals: [string, ReturnType<typeof decision>, string, RegExp][] = [
    ['for another dossier', decision('lea', 'approve', { dossier: other }), 'decision-refused', /another dossier/],
    ['a nonce for another verb', { ...decision('lea', 'deny'), verb: 'approve' }, 'decision-refused', /verb or reason/],
    ['a nonce for another reason', { ...decision('lea'), reason: 'other' }, 'decision-refused', /verb or reason/],
    ['another audience', decision('lea', 'approve', { claims: { aud: 'web' } }), 'decision-refused', /audience/],
    ['another issuer', decision('lea', 'approve', { claims: { iss: 'x' } }), 'decision-refused', /issuer/],
    ['expired', decision('lea', 'approve', { claims: { exp: now - 60 } }), 'decision-refused', /expired/],
    ['an old sign-in', decision('lea', 'approve', { claims: { auth_time: now - 900 } }), 'decision-refused', /too old/],
    ['no claims', decision('lea', 'approve', { proof: 'aaaa.bbbb.cccc' }), 'decision-refused', /no claims/],
    ['not the form', { ...decision('lea'), reason: '\u001b' }, 'bad-input', /form/],
  ];
  it('refused, each with its reason, without a trace in the history', async () => {
    const incident = await open();
    await offered(incident);
    const before = await historyOf(incident.handle);
    for (const [name, sent, code, message] of refusals) {
      await assert.rejects(incident.decide(sent), { code, message }, name);
    }
    assert.equal(await historyOf(incident.handle), before);
    await incident.send(resolved);
    await incident.closed();
  });

  it('no dossier is open, before one is offered and after the incident is closed', async () => {
    const cluster = gate();
    const observe: Activities['observe'] = async () => {
      await cluster.opened;
      return { none: 'nothing' };
    };
    const incident = await open({ observe });
    await assert.rejects(incident.decide(decision('lea')), { code: 'no-open-dossier' });
    cluster.open();
    await incident.closed();
    await assert.rejects(incident.decide(decision('lea')), { code: 'no-open-dossier' });
  });

  it('OK: the same decision sent again gets the same answer and is admitted once', async () => {
    const incident = await open({ judge: judged(verdict(2)) });
    await offered(incident);
    const sent = decision('lea');
    assert.deepEqual(await incident.decide(sent), await incident.decide(sent));
    assert.equal(incident.script.names().filter((name) => name === 'admitDecision').length, 1);
    await incident.send(resolved);
    await incident.closed();
  });
});

describe('alerts', () => {
  it('OK: what comes while the incident closes is the group’s next one', async () => {
    const journal = gate();
    const incident = await open({ plan: async () => ({ none: 'x' }), close: () => journal.opened });
    await until(() => incident.script.names().includes('close'));
    const later: Alert = { ...firing, fingerprint: 'f2', startsAt: '2026-11-21T13:00:00Z' };
    const next = incidentOf({ ...incident.delivery, alerts: [later] });
    const script = world.script(next?.id ?? '', { observe: async () => ({ none: 'next' }) });
    await incident.send(firing);
    await incident.send(later);
    journal.open();
    assert.deepEqual(await incident.closed(), { outcome: 'human', reason: 'next' });
    assert.deepEqual(script.calls[0]?.input.alerts, [later]);
    assert.equal(script.calls[0]?.input.incident.id, next?.id);
  });

  it('what is no delivery is left out', async () => {
    const incident = await open();
    await incident.handle.signal('alerts', { alerts: 'all' });
    await offered(incident);
    await incident.send(resolved);
    assert.equal((await incident.closed()).outcome, 'cancelled');
  });
});
