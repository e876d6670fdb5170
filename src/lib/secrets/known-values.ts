import { encodingsOf } from './encodings-of.ts';
import type { FoundSecret } from './found-secret.ts';
import { createPrefixIndex, shortestForm, type PrefixIndex } from './prefix-index.ts';

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
/** Kubelet and API server cut texts at 1,024 bytes or above. Only a text of this length can end inside a value. */
const shortestCutText = 1_000;

/** Prepares the search for values. */
export function createKnownValues(values: readonly KnownValue[]): KnownValues {
  const whats = new Map<string, string>();
  for (const { value, what } of values) {
    for (const form of encodingsOf(value)) for (const part of partsOf(form)) whats.set(part, whats.get(part) ?? what);
  }
  const forms = createPrefixIndex(whats.keys());
  const reversedForms = createPrefixIndex([...whats.keys()].map(reversed));
  const whatIs = (form: string): string => whats.get(form) ?? '';
  return {
    find(text) {
      const all = partsAtEdges(text, forms, reversedForms).map(({ start, end, form }) => ({
        start,
        end,
        what: whatIs(form),
      }));
      for (let at = 0; at + shortestForm <= text.length; at += 1) {
        const form = forms.longest(text.slice(at, at + longestPart));
        if (form === undefined) continue;
        all.push({ start: at, end: at + form.length, what: whatIs(form) });
        at += form.length - 1;
      }
      return all;
    },
  };
}

function partsOf(value: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at < value.length; at += longestPart) parts.push(value.slice(at, at + longestPart));
  return parts.filter((part) => part.length >= shortestForm);
}

/** A value of which a text contains only a part, in one of its forms. */
interface PartAtEdge {
  start: number;
  end: number;
  form: string;
}

/** Finds a value of which only the beginning is at the end of a long text, or only the end at its beginning. */
function partsAtEdges(text: string, forms: PrefixIndex, reversedForms: PrefixIndex): PartAtEdge[] {
  if (text.length < shortestCutText) return [];
  const atEnd = cutFormAtEnd(text.slice(-longestPart), forms);
  const atStart = cutFormAtEnd(reversed(text.slice(0, longestPart)), reversedForms);
  return [
    ...(atStart ? [{ start: 0, end: atStart.length, form: reversed(atStart.form) }] : []),
    ...(atEnd ? [{ start: text.length - atEnd.length, end: text.length, form: atEnd.form }] : []),
  ];
}

/** Returns the longest beginning of a form with which the text ends, by its length. */
function cutFormAtEnd(text: string, forms: PrefixIndex): { length: number; form: string } | undefined {
  for (let at = 0; at + shortestForm <= text.length; at += 1) {
    const form = forms.startingWith(text.slice(at));
    if (form !== undefined) return { length: text.length - at, form };
  }
  return undefined;
}

function reversed(text: string): string {
  return text.split('').reverse().join('');
}
