import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';

/** Text of several lines for a terminal: its line breaks stay, everything else that acts on a terminal is escaped. */
export function escapeLines(text: string): string {
  return text
    .split('\n')
    .map((line) => escapeForTerminal(line))
    .join('\n');
}
