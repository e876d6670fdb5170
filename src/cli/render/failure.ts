import { CommanderError } from 'commander';
import { AirlockError } from '../../lib/error.ts';
import { visibleLines } from './escape-lines.ts';

/**
 * Prints why a command failed, on standard error, with nothing in it that acts on a terminal: messages may quote what
 * was typed, and names of files.
 * @returns the exit code: 2 for input that has to be corrected, 1 for everything else, 0 where only help was asked for.
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
  process.stderr.write(`airlock: ${visibleLines(message)}\n`);
}
