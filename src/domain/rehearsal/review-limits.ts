import { plural } from '../../lib/plural.ts';
import type { ChangeLine } from './report.ts';

/**
 * The most that a person is asked to review in one dossier. A plan above a limit is denied. `characters`: of all paths,
 * old values and new values together, in UTF-16 code units. The schemas of report and dossier have the same limits.
 */
export const reviewLimits = {
  changedFields: 2_000,
  characters: 200_000,
  unknowns: 1_000,
  fieldManagers: 2_000,
} as const;

/** Returns why a change is too large to be reviewed, in one sentence with size and limit. Undefined if it is not. */
export function changeTooLarge(diff: readonly ChangeLine[]): string | undefined {
  const { changedFields, characters } = reviewLimits;
  if (diff.length > changedFields) return tooMuch('the plan changes', plural(diff.length, 'field'), changedFields);
  const size = diff.reduce(
    (sum, { path, before, after }) => sum + lengthOf(path) + lengthOf(before) + lengthOf(after),
    0,
  );
  if (size <= characters) return undefined;
  return tooMuch('the changed fields have', `${plural(size, 'character')} with their old and new values`, characters);
}

/** Returns why there are too many unknowns to be reviewed, in one sentence. Undefined if there are not. */
export function tooManyUnknowns(unknowns: readonly string[]): string | undefined {
  if (unknowns.length <= reviewLimits.unknowns) return undefined;
  return tooMuch('the rehearsal could not determine', plural(unknowns.length, 'thing'), reviewLimits.unknowns);
}

/** Returns why there are too many field managers to be reviewed, in one sentence. Undefined if there are not. */
export function tooManyFieldManagers(managers: readonly unknown[]): string | undefined {
  if (managers.length <= reviewLimits.fieldManagers) return undefined;
  const count = plural(managers.length, 'entry', 'entries');
  return tooMuch('the list of other managers of the changed fields has', count, reviewLimits.fieldManagers);
}

function tooMuch(subject: string, size: string, limit: number): string {
  return `${subject} ${size}, but a person is asked to review at most ${limit}: a person has to repair the cluster by hand`;
}

function lengthOf(text: string | null): number {
  return text?.length ?? 0;
}
