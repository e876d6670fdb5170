import { renderTable, type Cell } from '../src/cli/render/table.ts';
import { plainTerminal, type Terminal } from '../src/cli/render/terminal.ts';
import type { StackDescription } from '../stack/state/description.ts';
import type { StoryResult } from './stories/story.ts';

/** A whole run of the demo. */
export interface DemoRun {
  stack: StackDescription;
  results: StoryResult[];
  /** The time from the moment when the stack is ready to the end of the last story. */
  seconds: number;
  /** The time from the start of the stack to the moment when it is ready. */
  stackSeconds: number;
}

/**
 * On an idle machine of two cores, all stories together take at most this time. A slower run is reported, but does not
 * fail.
 */
const budgetSeconds = 75;

/** Returns the document that `--json` prints. */
export function jsonOf({ results, seconds, stackSeconds }: DemoRun): object {
  const passed = results.every((each) => each.passed);
  return { seconds, overBudget: seconds > budgetSeconds, stackSeconds, passed, stories: results };
}

/**
 * Renders the tables at the end: first the predicted and the actual values of each story that compares them, then one
 * table that shows how each story ended.
 */
export function tablesOf({ results, seconds, stackSeconds }: DemoRun, terminal: Terminal = plainTerminal): string {
  const slow = seconds > budgetSeconds ? ` (more than ${budgetSeconds} s, which is enough on an idle machine)` : '';
  const times = `the stories took ${seconds.toFixed(1)} s${slow}; the stack started in ${stackSeconds.toFixed(1)} s`;
  const comparisons = results.flatMap((result) => comparisonTable(result, terminal));
  return `${[...comparisons, '', ...storyTable(results, terminal), times].join('\n')}\n`;
}

function comparisonTable({ id, comparison }: StoryResult, terminal: Terminal): string[] {
  if (comparison.length === 0) return [];
  const columns = [
    { title: `STORY ${id}: MEASUREMENT`, fit: 'wrap' },
    { title: 'GRADE' },
    { title: 'PREDICTED' },
    { title: 'ACTUAL' },
  ] as const;
  const rows = comparison.map(({ measurement, grade, predicted, actual }) => [measurement, grade, predicted, actual]);
  return ['', ...renderTable({ columns, rows }, terminal)];
}

function storyTable(results: readonly StoryResult[], terminal: Terminal): string[] {
  const columns = [
    { title: 'STORY' },
    { title: 'RESULT' },
    { title: 'INCIDENT' },
    { title: 'TIME', align: 'right' },
    { title: 'TITLE', fit: 'wrap' },
  ] as const;
  const rows = results.map(({ id, title, outcome, passed, seconds }): Cell[] => [
    id,
    passed ? { text: 'passed', style: 'green' } : { text: 'FAILED', style: 'red' },
    outcome,
    `${seconds.toFixed(1)} s`,
    title,
  ]);
  return renderTable({ columns, rows }, terminal);
}

/** Returns text with commands to try on a stack that keeps running. */
export function keepHints({ stack: { targets } }: DemoRun): string {
  const lines = [
    'the stack keeps running. Commands to try:',
    '  npx airlock status',
    '  npx airlock incidents',
    '  npx airlock incidents watch',
    '  npx airlock incidents show <incident>',
    '  npx airlock journal show <incident>',
    '  npx airlock journal prove <incident>',
    ...targets.map(({ kubeconfigFile }) => `  kubectl --kubeconfig ${kubeconfigFile} -n shop get deploy,pods`),
    '  npx airlock down',
  ];
  return `${lines.join('\n')}\n`;
}
