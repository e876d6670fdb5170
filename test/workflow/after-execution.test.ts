import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { refused } from '../../src/lib/error.ts';
import { gate, openIncident, resolved, startsAt, until } from './incident.ts';
import { decision } from './people.ts';
import { judged, verdict, type Activities } from './script.ts';
import { startWorld, type World } from './environment.ts';

let world: World;
before(async () => {
  world = await startWorld();
});
after(() => world[Symbol.asyncDispose]());

function open(answers: Partial<Activities> = {}) {
  return openIncident(world, answers);
}

describe('ends after execution has begun', { concurrency: 4 }, () => {
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
        : {
            outcome: 'failed',
            execution: 'exe-do',
            receipts: written ? [...receipts] : [],
            reason: 'step 2 was refused',
          };
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
