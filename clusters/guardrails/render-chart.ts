import { writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { ownerManifests } from './manifests.ts';
import { readOwnerValues, type OwnerValues } from './values.ts';

const chart = new URL('../../charts/airlock-target/', import.meta.url);
/** The chart's own table, which the embedded targets use too. */
export const chartValues = new URL('values.yaml', chart);
/** Where the rendering is committed. */
export const chartTemplate = new URL('templates/airlock-target.yaml', chart);

const head = `# Rendered from values.yaml by clusters/guardrails/render-chart.ts: do not edit, render again.\n`;

/** The chart's one template: plain manifests, with the values already put in. */
export function renderChart(values: OwnerValues): string {
  const documents = ownerManifests(values).map((manifest) =>
    stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false }),
  );
  return head + documents.map((document) => `---\n${document}`).join('');
}

if (import.meta.main) {
  // With a file of their own, owners see what they would apply; without, the committed chart is written anew.
  const [file] = process.argv.slice(2);
  if (file) process.stdout.write(renderChart(await readOwnerValues(file)));
  else await writeFile(chartTemplate, renderChart(await readOwnerValues(chartValues)));
}
