// `npm run docs:guardrails`: writes docs/guardrails.md from the guardrails and the values of the chart.
import { writeFile } from 'node:fs/promises';
import { openFieldsPage } from '../clusters/guardrails/open-fields-page.ts';
import { chartValuesFile } from '../clusters/guardrails/render-chart.ts';
import { readGuardrailValues } from '../clusters/guardrails/values.ts';

await writeFile(
  new URL('../docs/guardrails.md', import.meta.url),
  openFieldsPage(await readGuardrailValues(chartValuesFile)),
);
