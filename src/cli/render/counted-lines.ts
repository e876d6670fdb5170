import type { Cell } from './table.ts';

/**
 * Returns the lines. If there are several, a line with their number comes first, so a reader of a long page knows how
 * many to expect.
 * @param nouns what the lines are, in the plural, such as `sentences`.
 */
export function countedLines(lines: readonly Cell[], nouns: string): Cell[] {
  return lines.length > 1 ? [`${lines.length} ${nouns}:`, ...lines] : [...lines];
}
