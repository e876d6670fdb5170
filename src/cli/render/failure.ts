import { CommanderError } from 'commander';
import { AirlockError } from '../../lib/error.ts';
import { escapeLines } from './escape-lines.ts';

/**
 * Prints on standard error why a command failed. The message is escaped, because it may quote typed text and file
 * names. A CommanderError is not printed, because commander has already printed the message.
 * @returns the exit code: 0 after `--help` or `--version`, 2 for wrong input, 1 for every other failure.
 */
export function printFailure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof AirlockError) {
    printError(error.message);
    return error.code === 'bad-input' ? 2 : 1;
  }
  // Every other error is a defect of Airlock. The stack trace shows where the error was thrown.
  printError(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}

function printError(message: string): void {
  process.stderr.write(`airlock: ${escapeLines(message)}\n`);
}
