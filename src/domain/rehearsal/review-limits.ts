import { plural } from '../../lib/plural.ts';
import type { ChangeLine } from './report.ts';

/**
 * The most that a person is asked to review in one dossier. A plan above a limit is denied. `characters`: the limit of
 * each of the three lists, in UTF-16 code units. The schemas of report and dossier have the other limits too.
 */
export const reviewLimits = {
  changedFields: 2_000,
  unknowns: 1_000,
  fieldManagers: 2_000,
  characters: 200_000,
} as const;

const advice = 'a person has to repair the cluster by hand';

/**
 * Returns why a change is too large to be reviewed, in one sentence with size and limit. The characters of a change are
 * those of all paths, old values and new values. Undefined if the change is not too large.
 */
export function changeTooLarge(diff: readonly ChangeLine[]): string | undefined {
  const size = plural(diff.length, 'changed field');
  const texts = diff.flatMap(({ path, before, after }) => [path, before ?? '', after ?? '']);
  return tooMuch(diff.length, reviewLimits.changedFields, size) ?? tooLong('the changed fields', texts);
}

/** Returns why there are too many unknowns to be reviewed, in one sentence. Undefined if there are not. */
export function tooManyUnknowns(unknowns: readonly string[]): string | undefined {
  const size = `${plural(unknowns.length, 'sentence')} about what the rehearsal could not determine`;
  return tooMuch(unknowns.length, reviewLimits.unknowns, size) ?? tooLong('the unknowns', unknowns);
}

/** Returns why there are too many field managers to be reviewed, in one sentence. Undefined if there are not. */
export function tooManyFieldManagers(managers: readonly { field: string; manager: string }[]): string | undefined {
  const size = `${plural(managers.length, 'entry', 'entries')} about other managers of the changed fields`;
  const texts = managers.flatMap(({ field, manager }) => [field, manager]);
  return tooMuch(managers.length, reviewLimits.fieldManagers, size) ?? tooLong('the field managers', texts);
}

function tooMuch(count: number, limit: number, size: string): string | undefined {
  if (count <= limit) return undefined;
  return `the plan has ${size}, but a person is asked to review at most ${limit}: ${advice}`;
}

function tooLong(what: string, texts: readonly string[]): string | undefined {
  const size = texts.reduce((sum, text) => sum + text.length, 0);
  const limit = reviewLimits.characters;
  return size <= limit
    ? undefined
    : `${what} of the plan have ${size} characters, but a person is asked to review at most ${limit}: ${advice}`;
}
