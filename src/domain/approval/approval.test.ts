import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { approvalStatus } from './approval.ts';
import type { AdmittedDecision, Verb } from './decision.ts';
import { digestOf } from '../../lib/digest.ts';
import type { Obligation } from '../policy/verdict.ts';

const one: Obligation = { approvals: 1, groups: ['sre', 'lead'], distinctGroups: false };
const twoGroups: Obligation = { approvals: 2, groups: ['sre', 'lead', 'owner'], distinctGroups: true };

function by(subject: string, groups: string[], verb: Verb = 'approve'): AdmittedDecision {
  const issuer = 'https://id.example';
  return { dossier: digestOf(1), verb, reason: 'because', issuer, subject, groups, admittedAt: '2026-01-01T00:00:00Z' };
}

function permutations<T>(all: readonly T[]): T[][] {
  if (all.length < 2) return [[...all]];
  return all.flatMap((first, index) => permutations(all.toSpliced(index, 1)).map((rest) => [first, ...rest]));
}

describe('approvalStatus', () => {
  test('is approved by one person of an entitled group', () => {
    const lead = by('ada', ['lead']);
    assert.deepEqual(approvalStatus(one, [lead], []), { state: 'approved', by: [lead] });
  });
  test('is approved without decisions when none are needed', () => {
    assert.deepEqual(approvalStatus({ ...one, approvals: 0 }, [], []), { state: 'approved', by: [] });
  });
  test('does not count a requester’s approval, but counts their deny', () => {
    const [ada, bob] = [by('ada', ['lead']), by('bob', ['sre'])];
    const requesters = [{ issuer: ada.issuer, subject: 'ada' }];
    assert.deepEqual(approvalStatus(one, [ada], requesters), { state: 'waiting', missing: 1 });
    assert.deepEqual(approvalStatus(one, [ada, bob], requesters), { state: 'approved', by: [bob] });
    assert.deepEqual(approvalStatus(twoGroups, [ada, bob], requesters), { state: 'waiting', missing: 1 });
    assert.equal(approvalStatus(one, [bob, by('ada', ['lead'], 'deny')], requesters).state, 'denied');
    const elsewhere = [{ issuer: 'https://other.example', subject: 'ada' }];
    assert.equal(approvalStatus(one, [ada], elsewhere).state, 'approved', 'ada of another issuer is another person');
  });
  test('is approved by two people of two groups', () => {
    assert.equal(approvalStatus(twoGroups, [by('ada', ['lead']), by('bob', ['sre'])], []).state, 'approved');
  });
  test('counts a person of several groups for the one that is still free', () => {
    for (const decisions of permutations([by('ada', ['sre', 'lead']), by('bob', ['sre'])])) {
      assert.equal(approvalStatus(twoGroups, decisions, []).state, 'approved');
    }
  });

  test('waits without decisions', () => {
    assert.deepEqual(approvalStatus(twoGroups, [], []), { state: 'waiting', missing: 2 });
  });
  test('does not count a person of no entitled group', () => {
    assert.deepEqual(approvalStatus(one, [by('eve', ['guests'])], []), { state: 'waiting', missing: 1 });
  });
  test('waits when no group is entitled', () => {
    assert.equal(approvalStatus({ ...one, groups: [] }, [by('ada', ['lead'])], []).state, 'waiting');
  });
  test('counts two people of one group as one', () => {
    assert.deepEqual(approvalStatus(twoGroups, [by('ada', ['sre']), by('bob', ['sre'])], []), {
      state: 'waiting',
      missing: 1,
    });
  });
  test('counts a person of two groups once', () => {
    assert.equal(approvalStatus(twoGroups, [by('ada', ['sre', 'lead'])], []).state, 'waiting');
  });
  test('counts a person who decides twice once, also with other groups', () => {
    assert.equal(approvalStatus(twoGroups, [by('ada', ['sre']), by('ada', ['lead'])], []).state, 'waiting');
  });
  test('counts the same subject of another issuer as another person', () => {
    const other = { ...by('ada', ['lead']), issuer: 'https://other.example' };
    assert.equal(approvalStatus(twoGroups, [by('ada', ['sre']), other], []).state, 'approved');
  });

  test('is denied by one deny, in every order and despite any approvals', () => {
    const deny = by('eve', ['guests'], 'deny');
    for (const decisions of permutations([by('ada', ['lead']), by('bob', ['sre']), by('cy', ['owner']), deny])) {
      assert.deepEqual(approvalStatus(twoGroups, decisions, []), { state: 'denied', by: deny });
    }
  });
  test('is denied by a person who also approved', () => {
    for (const decisions of permutations([by('ada', ['lead']), by('ada', ['lead'], 'deny')])) {
      assert.equal(approvalStatus(one, decisions, []).state, 'denied');
    }
  });

  test('depends only on the set of decisions, for every sequence of up to five', () => {
    const messages = [
      by('ada', ['sre']),
      by('ada', ['lead']),
      by('bob', ['sre']),
      by('cy', ['owner', 'guests']),
      by('eve', ['guests']),
      by('eve', ['guests'], 'deny'),
      by('bob', ['sre'], 'deny'),
    ];
    for (const decisions of sequences(messages, 5)) {
      const people = Map.groupBy(decisions, ({ subject }) => subject);
      const crowd = [...people.values()].map((own) => own.flatMap(({ groups }) => groups));
      const enough = largestAssignment(crowd, new Set(twoGroups.groups)) >= 2 ? 'approved' : 'waiting';
      const denied = decisions.some(({ verb }) => verb === 'deny');
      assert.equal(approvalStatus(twoGroups, decisions, []).state, denied ? 'denied' : enough);
    }
  });

  test('agrees with a brute-force assignment for every small set of people, in every order', () => {
    const memberships = [['sre'], ['lead'], ['sre', 'lead'], ['owner', 'lead'], ['guests']];
    for (const crowd of crowds(memberships, 3)) {
      const people = crowd.map((groups, index) => by(`person-${index}`, groups));
      const expected = largestAssignment(crowd, new Set(twoGroups.groups)) >= 2 ? 'approved' : 'waiting';
      for (const decisions of permutations(people)) {
        assert.equal(approvalStatus(twoGroups, decisions, []).state, expected, JSON.stringify(crowd));
      }
    }
  });
});

/** Every sequence of up to `most` elements, with repetition. */
function sequences<T>(all: readonly T[], most: number): T[][] {
  if (most === 0) return [[]];
  const shorter = sequences(all, most - 1);
  const longest = shorter.filter(({ length }) => length === most - 1);
  return [...shorter, ...longest.flatMap((before) => all.map((next) => [...before, next]))];
}

/** Every list of up to `most` entries. */
function crowds(memberships: string[][], most: number): string[][][] {
  if (most === 0) return [[]];
  const smaller = crowds(memberships, most - 1);
  return [...smaller, ...smaller.flatMap((crowd) => memberships.map((groups) => [...crowd, groups]))];
}

/** Tries everything: each person takes one of their free groups, or none. */
function largestAssignment([first, ...rest]: string[][], free: Set<string>): number {
  if (!first) return 0;
  const taken = first.filter((group) => free.has(group));
  const with_ = taken.map(
    (group) => 1 + largestAssignment(rest, new Set([...free].filter((other) => other !== group))),
  );
  return Math.max(largestAssignment(rest, free), ...with_);
}
