import { writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { guardrailManifests } from './manifests.ts';
import { readGuardrailValues, type GuardrailValues } from './values.ts';

const chart = new URL('../../charts/airlock-target/', import.meta.url);
/** The values of the chart. The embedded targets use them too. */
export const chartValuesFile = new URL('values.yaml', chart);
/** The template that is rendered from these values. It is committed. */
export const chartTemplateFile = new URL('templates/airlock-target.yaml', chart);

const head = `# Rendered from values.yaml by clusters/guardrails/render-chart.ts: do not edit it, render it again.\n`;

/** Renders the only template of the chart: plain manifests that already contain the values. */
export function renderChart(values: GuardrailValues): string {
  const documents = guardrailManifests(values).map((manifest) =>
    stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false }),
  );
  return head + documents.map((document) => `---\n${document}`).join('');
}

if (import.meta.main) {
  // With the path of a values file as argument, the program prints the manifests for those values. Without it, the
  // program writes the template of the committed chart.
  const [file] = process.argv.slice(2);
  if (file) process.stdout.write(renderChart(await readGuardrailValues(file)));
  else await writeFile(chartTemplateFile, renderChart(await readGuardrailValues(chartValuesFile)));
}
