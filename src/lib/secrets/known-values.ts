import { encodingsOf } from './encodings-of.ts';
import type { FoundSecret } from './found-secret.ts';

/** A value that must not be in any text. */
export interface KnownValue {
  value: string;
  /** What the mark in place of the value says, such as `value of env DB_PASSWORD`. */
  what: string;
}

/** Finds known values, and their common encodings, in texts. */
export interface KnownValues {
  find(text: string): FoundSecret[];
}

/** Longer values are searched for in parts of this length, in characters. */
const longestPart = 1_024;
/** A part of a value that is shorter than this is not searched for. Also the shortest beginning of a cut value. */
const shortest = 4;
/** Kubelet and API server cut texts at 1,024 bytes or above. Only a text of this length can end inside a value. */
const shortestCutText = 1_000;

/**
 * Prepares the search for values. The time of a search does not depend on the number of values, but on its logarithm.
 * So an author of many workloads cannot delay the search.
 */
export function createKnownValues(values: readonly KnownValue[]): KnownValues {
  const whats = new Map<string, string>();
  for (const { value, what } of values) {
    for (const form of encodingsOf(value)) for (const part of partsOf(form)) whats.set(part, whats.get(part) ?? what);
  }
  const sorted = [...whats.keys()].sort();
  const parents = parentsOf(sorted);
  const beginnings = new Set(sorted.map((form) => form.slice(0, shortest)));
  const found = (start: number, end: number, form: string): FoundSecret => ({
    start,
    end,
    what: whats.get(form) ?? '',
  });
  return {
    find(text) {
      const all = partsAtEdges(text, sorted).map(({ start, end, form }) => found(start, end, form));
      for (let at = 0; at + shortest <= text.length; at += 1) {
        if (!beginnings.has(text.slice(at, at + shortest))) continue;
        const form = longestFormAt(text.slice(at, at + longestPart), sorted, parents);
        if (form === undefined) continue;
        all.push(found(at, at + form.length, form));
        at += form.length - 1;
      }
      return all;
    },
  };
}

function partsOf(value: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at < value.length; at += longestPart) parts.push(value.slice(at, at + longestPart));
  return parts.filter((part) => part.length >= shortest);
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

/** Returns the longest form with which the text begins. All forms with which it begins are parents of its predecessor. */
function longestFormAt(text: string, sorted: readonly string[], parents: readonly number[]): string | undefined {
  let index = lowerBound(sorted, text);
  if (sorted[index] !== text) index -= 1;
  const common = commonLength(sorted[index] ?? '', text);
  while (index >= 0 && (sorted[index]?.length ?? 0) > common) index = parents[index] ?? -1;
  return sorted[index];
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

/** Finds a value of which only the beginning is at the end of a long text, or only the end at its beginning. */
function partsAtEdges(text: string, sorted: readonly string[]): { start: number; end: number; form: string }[] {
  if (text.length < shortestCutText) return [];
  const head = text.slice(0, shortest);
  const atBeginning = sorted.flatMap((form) => {
    const at = form.indexOf(head, 1);
    const end = form.length - at;
    return at > 0 && text.startsWith(form.slice(at)) ? [{ start: 0, end, form }] : [];
  });
  for (let start = text.length - longestPart; start <= text.length - shortest; start += 1) {
    if (start < 0) continue;
    const tail = text.slice(start);
    const form = sorted[lowerBound(sorted, tail)];
    if (form?.startsWith(tail)) return [...atBeginning, { start, end: text.length, form }];
  }
  return atBeginning;
}
