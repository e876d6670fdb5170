import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { refused } from '../../src/lib/error.ts';
import { gate, openIncident, resolved, startsAt, until } from './incident.ts';
import { decision } from './people.ts';
import { judged, verdict, type Activities } from './script.ts';
import { startEnvironment, type TestEnvironment } from './environment.ts';

let environment: TestEnvironment;
before(async () => {
  environment = await startEnvironment();
});
after(() => environment[Symbol.asyncDispose]());

function open(answers: Partial<Activities> = {}) {
  return openIncident(environment, answers);
}

describe('an incident whose execution has started', { concurrency: 4 }, () => {
  it('finishes and verifies the change when its alerts resolve meanwhile', async () => {
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
        : {
            outcome: 'failed',
            execution: 'exe-do',
            receipts: written ? [...receipts] : [],
            reason: 'step 2 was refused',
          };
  };
  const wrong: Activities['verify'] = async () => ({ verified: false, mismatches: ['x'] });
  const endings: [string, Partial<Activities>, string, RegExp][] = [
    ['a later step fails: the earlier steps are undone', { execute: failed(true) }, 'undone', /step 2 was refused/],
    [
      'the first step fails: there is nothing to undo',
      { execute: failed(false) },
      'escalated',
      /the cluster was not changed: step 2/,
    ],
    [
      'the undo does not restore',
      { verify: wrong },
      'escalated',
      /not as predicted: x; undone, but not as predicted: x/,
    ],
    [
      'the undo is invalidated',
      {
        verify: wrong,
        execute: async ({ direction }) =>
          direction === 'do'
            ? { outcome: 'executed', execution: 'exe', receipts: [] }
            : { outcome: 'invalidated', execution: 'exe', reasons: ['someone else wrote'] },
      },
      'escalated',
      /the undo was invalidated: someone else wrote/,
    ],
    [
      'the lease cannot be revoked',
      { closeLease: () => Promise.reject(refused('vault-denied', 'no such lease')) },
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
