import { writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { guardrailManifests } from './manifests.ts';
import { readGuardrailValues, type GuardrailValues } from './values.ts';

const chart = new URL('../../charts/airlock-target/', import.meta.url);
/** The chart's values, which the embedded targets use too. */
export const chartValuesFile = new URL('values.yaml', chart);
/** The committed rendering. */
export const chartTemplateFile = new URL('templates/airlock-target.yaml', chart);

const head = `# Rendered from values.yaml by clusters/guardrails/render-chart.ts: do not edit it, render it again.\n`;

/** The chart's only template: plain manifests that contain the values already. */
export function renderChart(values: GuardrailValues): string {
  const documents = guardrailManifests(values).map((manifest) =>
    stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false }),
  );
  return head + documents.map((document) => `---\n${document}`).join('');
}

if (import.meta.main) {
  // With a file, it prints the manifests for those values; without, it writes the committed chart.
  const [file] = process.argv.slice(2);
  if (file) process.stdout.write(renderChart(await readGuardrailValues(file)));
  else await writeFile(chartTemplateFile, renderChart(await readGuardrailValues(chartValuesFile)));
}
