/** Finds the forms with which a text begins. A form is a text of at least `shortestForm` characters. */
export interface PrefixIndex {
  /** Returns the longest form with which the text begins. */
  longest(text: string): string | undefined;
  /** Returns all forms with which the text begins, the longest first. */
  all(text: string): string[];
  /** Returns a form that begins with the text. The text has at least `shortestForm` characters. */
  startingWith(text: string): string | undefined;
}

/** Length of the shortest form, in characters. */
export const shortestForm = 4;

/**
 * Prepares the search. The time of a search does not depend on the number of forms, but on its logarithm. So an author of
 * many workloads cannot delay the search.
 */
export function createPrefixIndex(forms: Iterable<string>): PrefixIndex {
  const sorted = [...forms].sort();
  const parents = parentsOf(sorted);
  const beginnings = new Set(sorted.map((form) => form.slice(0, shortestForm)));
  const isPossible = (text: string): boolean => beginnings.has(text.slice(0, shortestForm));
  // All forms with which a text begins are the form before the text in the order, or its parents.
  const longestAt = (text: string): number => {
    let index = lowerBound(sorted, text);
    if (sorted[index] !== text) index -= 1;
    const common = commonLength(sorted[index] ?? '', text);
    while (index >= 0 && (sorted[index]?.length ?? 0) > common) index = parents[index] ?? -1;
    return index;
  };
  return {
    longest: (text) => (isPossible(text) ? sorted[longestAt(text)] : undefined),
    all(text) {
      const found: string[] = [];
      for (let at = isPossible(text) ? longestAt(text) : -1; at >= 0; at = parents[at] ?? -1)
        found.push(sorted[at] ?? '');
      return found;
    },
    startingWith(text) {
      const next = isPossible(text) ? sorted[lowerBound(sorted, text)] : undefined;
      return next?.startsWith(text) ? next : undefined;
    },
  };
}

/** Returns for each form the index of the longest other form with which it begins, or -1. */
function parentsOf(sorted: readonly string[]): number[] {
  const open: number[] = [];
  return sorted.map((form, index) => {
    while (open.length > 0 && !form.startsWith(sorted[open.at(-1) ?? 0] ?? '')) open.pop();
    const parent = open.at(-1) ?? -1;
    open.push(index);
    return parent;
  });
}

/** Returns the index of the first form that is not before the text. */
function lowerBound(sorted: readonly string[], text: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

function commonLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}
