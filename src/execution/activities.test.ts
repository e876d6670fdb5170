import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createActivities } from './activities.ts';
import type { ExecutionActivities } from './contract.ts';

/** These inputs are refused before any dependency is used. */
const nothing = {} as Parameters<typeof createActivities>[0];
const activities = createActivities(nothing);

const incident = { id: 'inc-1', cluster: 'east', trace: 't', startsAt: '2026-11-21T12:00:00Z' };
const dossier = `sha256:${'0'.repeat(64)}`;
const own = { dossier, verb: 'approve', reason: 'looks right' };
const decision = { ...own, list: [own], token: 'a.b.c' };

describe('the input of the gateway, which anyone who can write to its task queue can send', () => {
  const attempts: [keyof ExecutionActivities, unknown, RegExp][] = [
    ['admitDecision', undefined, /^input: /],
    ['admitDecision', { incident: 'i', trace: 't', decision: { ...decision, verb: 'force' } }, /^decision.verb: /],
    ['admitDecision', { incident: 'i', trace: 't', decision: { ...decision, token: 'x' } }, /^decision.token: /],
    ['admitDecision', { incident: 'i', trace: 't', decision: { ...own, token: 'a.b.c' } }, /^decision.list: /],
    ['prepare', { incident, dossier: 'sha256:0' }, /^dossier: /],
    ['prepare', { incident: { ...incident, cluster: 1 }, dossier }, /^incident.cluster: /],
    ['execute', { incident, dossier, direction: 'do' }, /^report: /],
    ['execute', { incident, dossier, direction: 'undo', report: dossier }, /members that are not known/],
    ['execute', { incident, dossier, direction: 'both' }, /^direction: /],
    ['execute', { incident, dossier, direction: 'undo', approved: true }, /members that are not known/],
  ];
  for (const [name, input, message] of attempts) {
    it(`${name}(${JSON.stringify(input)}) is rejected without retry, and the error names the field`, async () => {
      const call = activities[name] as (input: unknown) => Promise<unknown>;
      await assert.rejects(call(input), { type: 'bad-input', nonRetryable: true, message });
    });
  }
});
