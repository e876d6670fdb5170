import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';

/** Escapes all characters that control a terminal, except line breaks. */
export function escapeLines(text: string): string {
  return text
    .split('\n')
    .map((line) => escapeForTerminal(line))
    .join('\n');
}
