import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { join } from 'node:path';
import type { PlaybookDoc } from '../domain/plan/playbook.ts';
import { loadPlaybooks } from '../reasoning/playbooks/load-playbooks.ts';
import { playbookDoc } from '../reasoning/playbooks/playbook-doc.ts';
import { assertRequestable } from './assert-requestable.ts';

const parameters = { namespace: 'shop', deployment: 'web', to: 8 };
const request = { playbook: 'add-capacity', parameters };
const [people, schedules] = ['requests from people', 'schedules'];

describe('assertRequestable', () => {
  let playbooks: PlaybookDoc[];
  before(async () => {
    playbooks = (await loadPlaybooks(join(import.meta.dirname, '../../playbooks'))).map(playbookDoc);
  });

  for (const cause of ['person', 'schedule'] as const) {
    test(`accepts a playbook that lists the cause ${cause}, with parameters of its action`, () => {
      assertRequestable(playbooks, request, { cause, at: 'x' });
    });
    test(`refuses a playbook that does not list the cause ${cause}`, () => {
      const others = playbooks.map((one) => ({ ...one, causes: one.causes.filter((listed) => listed !== cause) }));
      const [sender, allowed] = cause === 'person' ? [people, schedules] : [schedules, people];
      const message = `x.playbook: playbook add-capacity does not accept ${sender} (allowed causes: alerts, ${allowed})`;
      assert.throws(() => assertRequestable(others, request, { cause, at: 'x' }), { code: 'bad-input', message });
    });
  }

  const refusals: [string, Partial<typeof request> | object, string][] = [
    ['an unknown playbook', { playbook: 'restart-nightly' }, 'schedules[2].playbook'],
    ['a number as a string', { parameters: { ...parameters, to: '8' } }, 'schedules[2].parameters.to'],
    ['no deployment', { parameters: { namespace: 'shop', to: 8 } }, 'schedules[2].parameters.deployment'],
    ['an unknown parameter', { parameters: { ...parameters, pods: 8 } }, 'schedules[2].parameters'],
  ];
  for (const [name, change, field] of refusals) {
    test(`refuses, with the name of the field: ${name}`, () => {
      const requested = { ...request, ...change };
      assert.throws(() => assertRequestable(playbooks, requested, { cause: 'schedule', at: 'schedules[2]' }), {
        code: 'bad-input',
        details: { field },
      });
    });
  }
});
