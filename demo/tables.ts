import { renderTable, type Cell } from '../src/cli/render/table.ts';
import { plainTerminal, type Terminal } from '../src/cli/render/terminal.ts';
import type { StackDescription } from '../stack/state/description.ts';
import type { StoryResult } from './stories/story.ts';

/** One run of the demo. */
export interface DemoRun {
  stack: StackDescription;
  results: StoryResult[];
  /** The time from the start of the first story to the end of the last story. */
  seconds: number;
  /** The time that the start of the stack took. */
  stackSeconds: number;
}

/**
 * On an idle machine with two cores, all stories together take at most this time. The demo reports a slower run, but
 * does not fail.
 */
const budgetSeconds = 75;

/** Returns the document that `--json` prints. The document calls the problems of a story `missing`. */
export function jsonOf({ results, seconds, stackSeconds }: DemoRun): object {
  const passed = results.every((each) => each.passed);
  const stories = results.map(({ problems, ...rest }) => ({ ...rest, missing: problems }));
  return { seconds, overBudget: seconds > budgetSeconds, stackSeconds, passed, stories };
}

/**
 * Renders what the demo prints at its end: a table of predicted and actual values for each story with a comparison, a
 * table of all stories, and the times.
 */
export function tablesOf({ results, seconds, stackSeconds }: DemoRun, terminal: Terminal = plainTerminal): string {
  const slow = seconds > budgetSeconds ? ` (slow: on an idle machine they take at most ${budgetSeconds} s)` : '';
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
    { title: 'INCIDENT OUTCOME' },
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

/** Returns the text that lists commands for a stack that keeps running. */
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
