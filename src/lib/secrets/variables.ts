import type { FoundSecret } from './found-secret.ts';
import { isPlaceholder } from './harmless-value.ts';
import { secretKindOf } from './secret-name.ts';
import { valueAt } from './value-at.ts';

/**
 * A variable of a container as JSON, YAML on one or two lines, or a Go struct: `{"name":"A","value":"b"}`,
 * `{Name:"A", Value:"b"}`. The API server quotes these in refusals.
 */
const variable =
  /\bname\\{0,7}["']?[ ]?[:=][ ]?\\{0,7}["']?(?<name>[A-Za-z_][\w.-]{0,100})\\{0,7}["']?(?:[,; ]{1,3}|(?:\r?\n|\\{1,7}n)[ \t]{0,40})\\{0,7}["']?value\\{0,7}["']?[ ]?[:=][ ]?/gi;
/** A refusal of one variable: `spec.containers[0].env[2].value: Invalid value: "b"`. */
const refusedVariable = /\benv\[\d{1,5}\]\.value: (?:Invalid|Unsupported|Duplicate) value: /g;

/** Finds the values of variables of containers. Airlock shows no value of a variable, whatever its name is. */
export function findVariables(text: string): FoundSecret[] {
  const named = [...text.matchAll(variable)].filter(({ groups }) => isVariable(groups?.['name'] ?? ''));
  const refused = [...text.matchAll(refusedVariable)];
  return [...named, ...refused].flatMap(({ index, 0: match, groups }): FoundSecret[] => {
    const value = valueAt(text, index + match.length);
    if (!value || value.start === value.end || isPlaceholder(text.slice(value.start, value.end))) return [];
    const name = groups?.['name'];
    const what = (name && secretKindOf(name)) ?? 'secret';
    return [{ start: value.start, end: value.end, what }];
  });
}

function isVariable(name: string): boolean {
  return /^[A-Z_][A-Z0-9_]*$/.test(name) || secretKindOf(name) !== undefined;
}
