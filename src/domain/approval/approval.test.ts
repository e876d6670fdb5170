import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { approvalOf } from './approval.ts';
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

describe('approvalOf', () => {
  test('OK: one person of a group that counts', () => {
    const lead = by('ada', ['lead']);
    assert.deepEqual(approvalOf(one, [lead], []), { state: 'approved', by: [lead] });
  });
  test('OK: nobody is needed', () => {
    assert.deepEqual(approvalOf({ ...one, approvals: 0 }, [], []), { state: 'approved', by: [] });
  });
  test('a requester’s own approval does not count, another person’s does; their deny ends it', () => {
    const [ada, bob] = [by('ada', ['lead']), by('bob', ['sre'])];
    const asked = [{ issuer: ada.issuer, subject: 'ada' }];
    assert.deepEqual(approvalOf(one, [ada], asked), { state: 'waiting', missing: 1 });
    assert.deepEqual(approvalOf(one, [ada, bob], asked), { state: 'approved', by: [bob] });
    assert.deepEqual(approvalOf(twoGroups, [ada, bob], asked), { state: 'waiting', missing: 1 });
    assert.equal(approvalOf(one, [bob, by('ada', ['lead'], 'deny')], asked).state, 'denied');
    const elsewhere = [{ issuer: 'https://other.example', subject: 'ada' }];
    assert.equal(approvalOf(one, [ada], elsewhere).state, 'approved', 'another issuer’s ada is somebody else');
  });
  test('OK: two people of two groups', () => {
    assert.equal(approvalOf(twoGroups, [by('ada', ['lead']), by('bob', ['sre'])], []).state, 'approved');
  });
  test('OK: a person of several groups stands for the one that is still free', () => {
    for (const decisions of permutations([by('ada', ['sre', 'lead']), by('bob', ['sre'])])) {
      assert.equal(approvalOf(twoGroups, decisions, []).state, 'approved');
    }
  });

  test('nobody yet is waiting', () => {
    assert.deepEqual(approvalOf(twoGroups, [], []), { state: 'waiting', missing: 2 });
  });
  test('a person of no group that counts does not count', () => {
    assert.deepEqual(approvalOf(one, [by('eve', ['guests'])], []), { state: 'waiting', missing: 1 });
  });
  test('where no group is entitled nobody can approve', () => {
    assert.equal(approvalOf({ ...one, groups: [] }, [by('ada', ['lead'])], []).state, 'waiting');
  });
  test('two people of one group are one view', () => {
    assert.deepEqual(approvalOf(twoGroups, [by('ada', ['sre']), by('bob', ['sre'])], []), {
      state: 'waiting',
      missing: 1,
    });
  });
  test('a person of two groups is one person', () => {
    assert.equal(approvalOf(twoGroups, [by('ada', ['sre', 'lead'])], []).state, 'waiting');
  });
  test('the same person twice counts once, also with other groups', () => {
    assert.equal(approvalOf(twoGroups, [by('ada', ['sre']), by('ada', ['lead'])], []).state, 'waiting');
  });
  test('the same subject of another issuer is another person', () => {
    const other = { ...by('ada', ['lead']), issuer: 'https://other.example' };
    assert.equal(approvalOf(twoGroups, [by('ada', ['sre']), other], []).state, 'approved');
  });

  test('one deny ends it, in whatever order, and whoever else approved', () => {
    const deny = by('eve', ['guests'], 'deny');
    for (const decisions of permutations([by('ada', ['lead']), by('bob', ['sre']), by('cy', ['owner']), deny])) {
      assert.deepEqual(approvalOf(twoGroups, decisions, []), { state: 'denied', by: deny });
    }
  });
  test('a person who approved and then denied has denied', () => {
    for (const decisions of permutations([by('ada', ['lead']), by('ada', ['lead'], 'deny')])) {
      assert.equal(approvalOf(one, decisions, []).state, 'denied');
    }
  });

  test('OK: up to five messages of any people, in every order and however often each comes: the same', () => {
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
      assert.equal(approvalOf(twoGroups, decisions, []).state, denied ? 'denied' : enough);
    }
  });

  test('OK: for every small crowd it is what trying every assignment says, in every order', () => {
    const memberships = [['sre'], ['lead'], ['sre', 'lead'], ['owner', 'lead'], ['guests']];
    for (const crowd of crowds(memberships, 3)) {
      const people = crowd.map((groups, index) => by(`person-${index}`, groups));
      const expected = largestAssignment(crowd, new Set(twoGroups.groups)) >= 2 ? 'approved' : 'waiting';
      for (const decisions of permutations(people)) {
        assert.equal(approvalOf(twoGroups, decisions, []).state, expected, JSON.stringify(crowd));
      }
    }
  });
});

/** Every sequence of up to `most` of them, also with one several times. */
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

/** By trying everything: each person takes one of their free groups, or none. */
function largestAssignment([first, ...rest]: string[][], free: Set<string>): number {
  if (!first) return 0;
  const taken = first.filter((group) => free.has(group));
  const with_ = taken.map(
    (group) => 1 + largestAssignment(rest, new Set([...free].filter((other) => other !== group))),
  );
  return Math.max(largestAssignment(rest, free), ...with_);
}
