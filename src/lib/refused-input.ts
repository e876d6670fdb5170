import type { z } from 'zod';
import { badInput, type AirlockError } from './error.ts';
import { escapeForTerminal } from './escape-for-terminal.ts';

/**
 * Turns the first problem that a schema found into an error. The error names the field and quotes no input. The names
 * of members come from the sender, so a name is shown only if it consists of letters, digits, `_` and `-`.
 * @param root name of the whole input. The error uses this name if the problem is not in one field.
 * @param within path of the input in the request, such as `requested.parameters`, if the input is a part of the
 * request.
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
