import type { StackDescription } from '../stack/state/description.ts';
import type { StoryResult } from './stories/story.ts';

/** A whole run of the demo. */
export interface Telling {
  stack: StackDescription;
  results: StoryResult[];
  /** From the stack being ready to the end of the last story, and the stack's own start, seconds. */
  seconds: number;
  stackSeconds: number;
}

/** Longest time that all stories take on an idle machine of two cores, seconds. Being slower is told, and no failure. */
const budgetSeconds = 75;

/** The one document of `--json`. */
export function jsonOf({ results, seconds, stackSeconds }: Telling): object {
  const passed = results.every((each) => each.passed);
  return { seconds, overBudget: seconds > budgetSeconds, stackSeconds, passed, stories: results };
}

/** The tables at the end. */
export function tablesOf({ results, seconds, stackSeconds }: Telling): string {
  const slow = seconds > budgetSeconds ? `, more than the ${budgetSeconds} s of an idle machine` : '';
  const times = `stories ${seconds.toFixed(1)} s${slow}, stack ${stackSeconds.toFixed(1)} s`;
  return `${[...results.flatMap(comparisonTable), '', ...storyTable(results), times].join('\n')}\n`;
}

/** Predicted and actual side by side, for a story that has both. */
function comparisonTable({ id, comparison }: StoryResult): string[] {
  if (comparison.length === 0) return [];
  const rows = comparison.map(({ fact, grade, predicted, actual }) => [fact, grade, predicted, actual]);
  return ['', ...table([[`story ${id}: fact`, 'grade', 'predicted', 'actual'], ...rows])];
}

/** How each story ended. */
function storyTable(results: readonly StoryResult[]): string[] {
  const rows = results.map(({ id, title, outcome, passed, seconds }) => [
    id,
    passed ? 'passed' : 'FAILED',
    outcome,
    `${seconds.toFixed(1)} s`,
    title,
  ]);
  return table([['story', 'result', 'incident', 'time', 'what'], ...rows]);
}

/** What to try on a stack that was left up. */
export function keepHints({ stack: { targets }, results }: Telling): string {
  const lines = [
    'the stack stays up; try:',
    '  npx airlock status',
    '  npx airlock incidents',
    '  npx airlock incidents watch',
    `  npx airlock incidents show <id>      (${results.length} are there)`,
    '  npx airlock journal show <id>',
    '  npx airlock journal prove <id>',
    ...targets.map(({ kubeconfigFile }) => `  kubectl --kubeconfig ${kubeconfigFile} -n shop get deploy,pods`),
    '  npx airlock down',
  ];
  return `${lines.join('\n')}\n`;
}

function table(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
