import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';

/** Escapes each line of a text with `escapeForTerminal`. The line breaks remain. */
export function escapeLines(text: string): string {
  return text
    .split('\n')
    .map((line) => escapeForTerminal(line))
    .join('\n');
}
