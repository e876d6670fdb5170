import type { z } from 'zod';
import { badInput, type AirlockError } from './error.ts';
import { escapeForTerminal } from './escape-for-terminal.ts';

/**
 * Turns the first problem that a schema found into an error. The error names the field, but quotes no value. The sender
 * chooses the names of members, so the error shows a name only if it is short and consists of letters, digits, `_` and
 * `-`.
 * @param root name of the whole input, for a problem that is not in one field.
 * @param within path of the input, such as `requested.parameters`, if the input is only a part of the request.
 */
export function refusedInput(error: z.ZodError, root: string, within = ''): AirlockError {
  const issue = error.issues[0];
  const path = (issue?.path ?? []).map(segment).join('');
  return badInput(`${within}${path}`.replace(/^\./, '') || root, problemOf(issue));
}

function segment(key: PropertyKey): string {
  if (typeof key === 'number') return `[${key}]`;
  return /^[\w-]{1,128}$/.test(String(key)) ? `.${String(key)}` : '.?';
}

function problemOf(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case 'invalid_key':
      return 'has a member whose name is not accepted';
    case 'unrecognized_keys':
      return 'has members that are not known';
    default:
      return escapeForTerminal(issue?.message ?? 'not accepted');
  }
}
