import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Tier } from '../src/domain/verdict.ts';
import { waitForPeople, type Around } from './waiting.ts';

const hour = 3_600_000;
const offeredAt = Date.parse('2026-11-21T12:00:00Z');
const expiresAt = '2026-11-21T13:00:00.000Z';
const obligation = { approvals: 2, groups: ['sre', 'lead', 'owner'], distinctGroups: true };

/** Something that happens so many milliseconds after the dossier was offered. */
type Happening = [afterMs: number, happen: (state: State) => void];
interface State {
  settled: boolean;
  quiet: boolean;
}

/** Hours of waiting on a clock that jumps from one happening to the next. */
function world(...happenings: Happening[]) {
  const state: State = { settled: false, quiet: true };
  const reminded: [minutes: number, group: string][] = [];
  let now = offeredAt;
  const around: Around = {
    now: () => now,
    settled: () => state.settled,
    quiet: () => state.quiet,
    async holds(condition, withinMs) {
      const until = now + withinMs;
      while (!condition()) {
        const [next] = happenings;
        if (!next || offeredAt + next[0] > until) {
          now = until;
          return false;
        }
        now = Math.max(now, offeredAt + next[0]);
        happenings.shift()?.[1](state);
      }
      return true;
    },
    remind: async (group) => void reminded.push([(now - offeredAt) / 60_000, group]),
  };
  const ends = (tier: Tier, groups = obligation.groups) =>
    waitForPeople({ tier, obligation: { ...obligation, groups }, expiresAt }, around);
  return { ends, reminded, minutes: () => (now - offeredAt) / 60_000 };
}

const decided = (state: State): void => void (state.settled = true);

describe('waiting for people, an hour in no time', () => {
  test('OK: decided at once: nobody is reminded', async () => {
    const { ends, reminded } = world([5, decided]);
    assert.equal(await ends('high'), undefined);
    assert.deepEqual(reminded, []);
  });

  test('OK: the next groups are asked at equal parts, until it is decided', async () => {
    const { ends, reminded, minutes } = world([hour * 0.5, decided]);
    assert.equal(await ends('high'), undefined);
    assert.deepEqual(reminded, [[20, 'lead']]);
    assert.equal(minutes(), 30);
  });

  const tiers: [Tier, string[], [number, string][], string, RegExp][] = [
    ['low', ['sre', 'lead', 'owner'], [[20, 'lead'], [40, 'owner']], 'expired', /^too few decided;/], // prettier-ignore
    ['medium', ['lead', 'owner'], [[30, 'owner']], 'expired', /^too few of those whom a medium tier needs/],
    ['high', ['sre', 'lead', 'owner'], [[20, 'lead'], [40, 'owner']], 'human', /^nobody decided in time/], // prettier-ignore
  ];
  for (const [tier, groups, reminders, outcome, reason] of tiers) {
    test(`${tier} and nobody decides: every group in turn, then ${outcome} at the hour`, async () => {
      const { ends, reminded, minutes } = world();
      const ending = await ends(tier, groups);
      assert.equal(ending?.outcome, outcome);
      assert.match(ending?.reason ?? '', reason);
      assert.ok(ending?.reason.includes(expiresAt));
      assert.deepEqual(reminded, reminders);
      assert.equal(minutes(), 60);
    });
  }

  test('a decision that is at the gateway when a turn comes: nobody is reminded before it is admitted', async () => {
    const asks = (state: State): void => void (state.quiet = false);
    const answers = (state: State): void => void ((state.quiet = true), (state.settled = true));
    const admitted = world([hour / 3 - 1, asks], [hour / 3 + 500, answers]);
    assert.equal(await admitted.ends('high'), undefined);
    assert.deepEqual(admitted.reminded, []);
    const refused = world([hour / 3 - 1, asks], [hour / 3 + 60_000, (state) => void (state.quiet = true)]);
    assert.equal((await refused.ends('high'))?.outcome, 'human');
    assert.deepEqual(refused.reminded, [
      [21, 'lead'],
      [40, 'owner'],
    ]);
  });

  test('a decision that is at the gateway at the last moment still counts', async () => {
    const { ends } = world([hour - 1, (state) => void (state.quiet = false)], [hour + 900, decided]);
    assert.equal(await ends('low'), undefined);
  });

  test('a gateway that never answers does not hold it for ever', async () => {
    const { ends, reminded } = world([1, (state) => void (state.quiet = false)]);
    assert.equal((await ends('low'))?.outcome, 'expired');
    assert.equal(reminded.length, 2);
  });
});
