import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';

/** Escapes a text of several lines for a terminal. Line breaks stay; all other characters that control a terminal are escaped. */
export function escapeLines(text: string): string {
  return text
    .split('\n')
    .map((line) => escapeForTerminal(line))
    .join('\n');
}
