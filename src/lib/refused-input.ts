import type { z } from 'zod';
import { badInput, type AirlockError } from './error.ts';
import { visible } from './escape-for-terminal.ts';

/**
 * What a schema refused, as an error that names the field and quotes nothing of the input: members' names are the
 * sender's text, so only plain words are shown.
 * @param root what the whole input is called, where the problem is not in one field.
 * @param within path of the input in what was sent, where it is a part of it.
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
      return visible(issue?.message ?? 'not accepted');
  }
}
