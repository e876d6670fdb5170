import { CommanderError } from 'commander';
import { AirlockError } from '../../lib/error.ts';
import { escapeLines } from './escape-lines.ts';

/**
 * Prints on standard error why a command failed. The message is escaped: it may quote what was typed and names of files.
 * @returns the exit code: 2 for input that has to be corrected, 1 for everything else, 0 for a request for help.
 */
export function printFailure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof AirlockError) {
    print(error.message);
    return error.code === 'bad-input' ? 2 : 1;
  }
  print(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}

function print(message: string): void {
  process.stderr.write(`airlock: ${escapeLines(message)}\n`);
}
