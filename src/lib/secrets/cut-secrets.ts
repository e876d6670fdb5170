import { findSecrets } from './find-secrets.ts';
import type { FoundSecret } from './found-secret.ts';
import { isPlaceholder, looksRandom } from './harmless-value.ts';
import type { KnownValues } from './known-values.ts';
import { secretKindOf } from './secret-name.ts';

/** Longest text, in characters. The rest is dropped before the search. An alert, the longest text, has as many bytes. */
const longest = 16_384;

/** The marks that `cutSecrets` makes. A secret inside of one was removed before. */
const marks =
  /\[removed: (?:password|token|secret|key|private key|credentials|value of [a-z]{3,10}(?: [\w.-]{1,100})?)\]/g;

/**
 * Removes the secrets from a text that somebody else wrote: texts with the shape of a secret or beside its name
 * (`find-secrets.ts`), and the known values. A mark such as `[removed: password]` takes the place of each. All other words
 * stay. The mark depends on neither the value nor its length. The same text always gives the same result, and cutting
 * the result again changes nothing.
 *
 * Callers cut secrets before they shorten or escape a text: a search in the rest would miss them.
 * @param known the values that the text must not contain, whatever their shape is.
 */
export function cutSecrets(text: string, known?: KnownValues): string {
  const bounded = text.slice(0, longest);
  const marked = [...bounded.matchAll(marks)].map((match) => [match.index, match.index + match[0].length] as const);
  const isNew = ({ start, end }: FoundSecret): boolean => !marked.some(([from, to]) => start < to && end > from);
  const found = [...(known?.find(bounded) ?? []), ...findSecrets(bounded)].filter(isNew);
  let result = '';
  let done = 0;
  for (const { start, end, what } of merged(found)) {
    result += `${bounded.slice(done, start)}[removed: ${what}]`;
    done = end;
  }
  return result + bounded.slice(done);
}

/** Returns the found secrets by their places, each place once. The first name of overlapping secrets counts. */
function merged(found: readonly FoundSecret[]): FoundSecret[] {
  const result: FoundSecret[] = [];
  for (const secret of [...found].sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last && secret.start < last.end) last.end = Math.max(last.end, secret.end);
    else result.push({ ...secret });
  }
  return result;
}

/**
 * Removes the secrets from a value that has a name, such as the label or the annotation of an alert. If the name is the
 * name of a secret, the whole value is removed. A label `secret` usually is the name of a Secret, so there the value
 * must look random.
 */
export function cutNamedSecret(name: string, value: string): string {
  const kind = secretKindOf(name);
  if (!kind || isPlaceholder(value) || value === '') return cutSecrets(value);
  const isSecret = kind === 'password' || looksRandom(value);
  return isSecret && !/\s/.test(value) ? `[removed: ${kind}]` : cutSecrets(value);
}
