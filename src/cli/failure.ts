import { CommanderError } from 'commander';
import { AirlockError } from '../domain/error.ts';

/**
 * Prints why a command failed, on standard error.
 * @returns the exit code: 2 for input that has to be corrected, 1 for everything else, 0 where only help was asked for.
 */
export function printFailure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof AirlockError) {
    process.stderr.write(`airlock: ${error.message}\n`);
    return error.code === 'bad-input' ? 2 : 1;
  }
  process.stderr.write(`airlock: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
}
