import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Tier } from '../../src/domain/policy/verdict.ts';
import { waitForPeople, type WaitingDeps } from './waiting.ts';

const hour = 3_600_000;
const offeredAt = Date.parse('2026-11-21T12:00:00Z');
const expiresAt = '2026-11-21T13:00:00.000Z';
const obligation = { approvals: 2, groups: ['sre', 'lead', 'owner'], distinctGroups: true };

/** A change of the state, so many milliseconds after the dossier was offered. */
type ScheduledChange = [afterMs: number, change: (state: State) => void];
interface State {
  settled: boolean;
  idle: boolean;
}

/** An environment whose clock jumps from one change to the next, so that an hour of waiting takes no time. */
function testEnvironment(...changes: ScheduledChange[]) {
  const state: State = { settled: false, idle: true };
  const reminded: [minutes: number, group: string][] = [];
  let now = offeredAt;
  const environment: WaitingDeps = {
    now: () => now,
    isSettled: () => state.settled,
    isIdle: () => state.idle,
    async waitFor(condition, withinMs) {
      const until = now + withinMs;
      while (!condition()) {
        const [next] = changes;
        if (!next || offeredAt + next[0] > until) {
          now = until;
          return false;
        }
        now = Math.max(now, offeredAt + next[0]);
        changes.shift()?.[1](state);
      }
      return true;
    },
    async remind(group) {
      reminded.push([(now - offeredAt) / 60_000, group]);
    },
  };
  const ends = (tier: Tier, groups = obligation.groups) =>
    waitForPeople({ tier, obligation: { ...obligation, groups }, expiresAt }, environment);
  return { ends, reminded, minutes: () => (now - offeredAt) / 60_000 };
}

/** Messages of people and answers of the gateway. */
const decided = (state: State): void => {
  state.settled = true;
};
const checking = (state: State): void => {
  state.idle = false;
};
const refusing = (state: State): void => {
  state.idle = true;
};
const admitting = (state: State): void => {
  state.idle = true;
  state.settled = true;
};

describe('waiting for people', () => {
  test('when people decide at once, nobody is reminded', async () => {
    const { ends, reminded } = testEnvironment([5, decided]);
    assert.equal(await ends('high'), undefined);
    assert.deepEqual(reminded, []);
  });

  test('groups are reminded at equal intervals until people have decided', async () => {
    const { ends, reminded, minutes } = testEnvironment([hour * 0.5, decided]);
    assert.equal(await ends('high'), undefined);
    assert.deepEqual(reminded, [[20, 'lead']]);
    assert.equal(minutes(), 30);
  });

  const tiers: [Tier, string[], [number, string][], string, RegExp][] = [
    ['low', ['sre', 'lead', 'owner'], [[20, 'lead'], [40, 'owner']], 'expired', /^the dossier expired with too few approvals; nothing was changed \(/], // prettier-ignore
    [
      'medium',
      ['lead', 'owner'],
      [[30, 'owner']],
      'expired',
      /^the dossier expired with too few approvals of the groups that a medium tier needs/,
    ],
    ['high', ['sre', 'lead', 'owner'], [[20, 'lead'], [40, 'owner']], 'escalated', /too few approvals; nothing was changed, and a person must look at it \(/], // prettier-ignore
  ];
  for (const [tier, groups, reminders, outcome, reason] of tiers) {
    test(`${tier} tier and nobody decides: reminds every other group, then ends ${outcome} after an hour`, async () => {
      const { ends, reminded, minutes } = testEnvironment();
      const ending = await ends(tier, groups);
      assert.equal(ending?.outcome, outcome);
      assert.match(ending?.reason ?? '', reason);
      assert.ok(ending?.reason.includes(expiresAt));
      assert.deepEqual(reminded, reminders);
      assert.equal(minutes(), 60);
    });
  }

  test('a decision is at the gateway when a reminder is due: the reminder waits for the answer', async () => {
    const admitted = testEnvironment([hour / 3 - 1, checking], [hour / 3 + 500, admitting]);
    assert.equal(await admitted.ends('high'), undefined);
    assert.deepEqual(admitted.reminded, []);
    const refused = testEnvironment([hour / 3 - 1, checking], [hour / 3 + 60_000, refusing]);
    assert.equal((await refused.ends('high'))?.outcome, 'escalated');
    assert.deepEqual(refused.reminded, [
      [21, 'lead'],
      [40, 'owner'],
    ]);
  });

  test('a decision that reaches the gateway just before the dossier expires counts', async () => {
    const { ends } = testEnvironment([hour - 1, checking], [hour + 900, decided]);
    assert.equal(await ends('low'), undefined);
  });

  test('a gateway that never answers does not delay the outcome forever', async () => {
    const { ends, reminded } = testEnvironment([1, checking]);
    assert.equal((await ends('low'))?.outcome, 'expired');
    assert.equal(reminded.length, 2);
  });
});
