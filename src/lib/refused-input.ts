import type { z } from 'zod';
import { badInput, type AirlockError } from './error.ts';
import { escapeForTerminal } from './escape-for-terminal.ts';

/**
 * Returns an error about the first problem that a schema found. The error names the field, but does not quote the
 * field's value. The sender can choose names of members. So the error shows `?` in place of an unusual name.
 * @param root name of the whole input, such as `body`. The error shows `root` if `within` and the problem's path are
 * empty.
 * @param within path of the input in the request, such as `requested.parameters`. Empty if the input is the request.
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
      return escapeForTerminal(issue?.message ?? 'is not accepted');
  }
}
