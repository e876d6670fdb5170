import type { Command } from 'commander';
import { checkout } from './wiring/checkout.ts';

interface TestOptions {
  unit?: true;
  crash?: true;
  shuffle?: string | true;
}

/** Adds the command `airlock test`. */
export function addTest(program: Command): void {
  program
    .command('test')
    .description('run the checks and tests; with words, only those whose name or path contains one of the words')
    .argument('[word...]', 'part of the name of a check, such as lint, or of the path of a test file')
    .option('--unit', 'run only the tests that start no server')
    .option('--crash', 'run the full crash tests instead: they kill every process at every stage (about 15 minutes)')
    .option('--shuffle [seed]', 'run the tests of each file in random order; the same seed gives the same order')
    .action(runSelectedTests);
}

async function runSelectedTests(filter: string[], { unit, crash, shuffle }: TestOptions): Promise<void> {
  const { runCrashTests, runTests, runUnitTests } = await import('../../../test/run.ts');
  const run = unit ? runUnitTests : crash ? runCrashTests : runTests;
  await run(checkout, shuffle === undefined ? { filter } : { filter, seed: await seedOf(shuffle) });
}

async function seedOf(shuffle: string | true): Promise<number> {
  if (shuffle === true) return Math.floor(Math.random() * 1_000_000);
  if (/^\d{1,9}$/.test(shuffle)) return Number(shuffle);
  const { badInput } = await import('../../lib/error.ts');
  throw badInput('--shuffle', 'expected a seed: a whole number of at most 9 digits');
}
