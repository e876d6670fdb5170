import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { join } from 'node:path';
import type { PlaybookDoc } from '../domain/plan/playbook.ts';
import { loadPlaybooks } from '../reasoning/playbooks/load-playbooks.ts';
import { playbookDoc } from '../reasoning/playbooks/playbook-doc.ts';
import { mustFit } from './must-fit.ts';

const parameters = { namespace: 'shop', deployment: 'web', to: 8 };
const wish = { playbook: 'add-capacity', parameters };

describe('mustFit', () => {
  let playbooks: PlaybookDoc[];
  before(async () => {
    playbooks = (await loadPlaybooks(join(import.meta.dirname, '../../playbooks'))).map(playbookDoc);
  });

  for (const cause of ['person', 'schedule'] as const) {
    test(`OK: a ${cause} may want a playbook that lists it, with parameters that its action takes`, () => {
      mustFit(playbooks, wish, { cause, at: 'x' });
    });
    test(`refused: a playbook that does not list ${cause}`, () => {
      const others = playbooks.map((one) => ({ ...one, causes: one.causes.filter((listed) => listed !== cause) }));
      const why = { code: 'bad-input', message: `x.playbook: add-capacity cannot be had like this: ${cause} is none of its causes` }; // prettier-ignore
      assert.throws(() => mustFit(others, wish, { cause, at: 'x' }), why);
    });
  }

  const refusals: [string, Partial<typeof wish> | object, string][] = [
    ['a playbook that is not there', { playbook: 'restart-nightly' }, 'schedules[2].playbook'],
    ['a number that is a text', { parameters: { ...parameters, to: '8' } }, 'schedules[2].parameters.to'],
    ['no deployment', { parameters: { namespace: 'shop', to: 8 } }, 'schedules[2].parameters.deployment'],
    ['a parameter that is not known', { parameters: { ...parameters, pods: 8 } }, 'schedules[2].parameters'],
  ];
  for (const [name, change, field] of refusals) {
    test(`refused, naming the field: ${name}`, () => {
      const wanted = { ...wish, ...change };
      assert.throws(() => mustFit(playbooks, wanted, { cause: 'schedule', at: 'schedules[2]' }), {
        code: 'bad-input',
        details: { field },
      });
    });
  }
});
