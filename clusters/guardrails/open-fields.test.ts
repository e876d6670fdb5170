import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { openFieldsPage } from './open-fields-page.ts';
import { chartValuesFile } from './render-chart.ts';
import { readGuardrailValues } from './values.ts';

test('docs/guardrails.md is what the guardrails leave open', async () => {
  const page = await readFile(new URL('../../docs/guardrails.md', import.meta.url), 'utf8');
  const values = await readGuardrailValues(chartValuesFile);
  assert.equal(page, openFieldsPage(values), 'run `npm run docs:guardrails`');
});
