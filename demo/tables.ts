import type { StackDescription } from '../stack/description.ts';
import type { StoryResult } from './story.ts';

/** Predicted and actual side by side, for a story that has both. */
export function comparisonTable({ id, comparison }: StoryResult): string[] {
  if (comparison.length === 0) return [];
  const rows = comparison.map(({ fact, grade, predicted, actual }) => [fact, grade, predicted, actual]);
  return ['', ...table([[`story ${id}: fact`, 'grade', 'predicted', 'actual'], ...rows])];
}

/** How each story ended. */
export function storyTable(results: readonly StoryResult[]): string[] {
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
export function keepHints({ targets }: StackDescription, results: readonly StoryResult[]): string {
  const lines = [
    'the stack stays up; try:',
    '  npx airlock status',
    '  npx airlock incidents',
    `  npx airlock incidents show <id>      (${results.length} are there)`,
    '  npx airlock journal show <id>',
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
