import type { Command } from 'commander';
import { checkout } from './wiring/checkout.ts';

interface TestOptions {
  unit?: true;
  crash?: true;
  shuffle?: string | true;
}

/** `airlock test` */
export function addTest(program: Command): void {
  program
    .command('test')
    .description('run all tests, or only the test files whose path contains one of the words')
    .argument('[word...]', 'part of the path of a test file')
    .option('--unit', 'only tests that start no server')
    .option('--crash', 'only crash tests: they kill every process at every stage, and take about 15 minutes')
    .option('--shuffle [seed]', 'run the tests of each file in random order')
    .action(runTestsOf);
}

async function runTestsOf(filter: string[], { unit, crash, shuffle }: TestOptions): Promise<void> {
  const { runCrashTests, runTests, runUnitTests } = await import('../../../test/run.ts');
  const run = unit ? runUnitTests : crash ? runCrashTests : runTests;
  await run(checkout, shuffle === undefined ? { filter } : { filter, seed: await seedOf(shuffle) });
}

async function seedOf(shuffle: string | true): Promise<number> {
  if (shuffle === true) return Math.floor(Math.random() * 1_000_000);
  if (/^\d{1,9}$/.test(shuffle)) return Number(shuffle);
  const { badInput } = await import('../../lib/error.ts');
  throw badInput('--shuffle', 'expected a whole number of at most 9 digits');
}
