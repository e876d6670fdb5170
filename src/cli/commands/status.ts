import type { Command } from 'commander';
import { print, standardOutput } from '../render/output.ts';
import { outputOption, type OutputOptions } from './options.ts';

/** Adds the command `airlock status`. The exit code is 1 if the command finds a problem. */
export function addStatus(program: Command): void {
  program
    .command('status')
    .description('show processes, servers, queues, waiting alerts, leases, phases and open incidents')
    .addOption(outputOption())
    .action(status);
}

async function status({ output: format }: OutputOptions): Promise<void> {
  const { connect, usesEmbeddedStack } = await import('./wiring/connect.ts');
  const { degradations, renderStatus } = await import('../render/status.ts');
  const output = standardOutput(format);
  const embedded = usesEmbeddedStack();
  const localProblems = embedded ? await printEmbeddedStack(output) : [];
  const answer = await (await connect()).api.status();
  print(output, answer, renderStatus);
  const problems = [...localProblems, ...degradations(answer)];
  if (problems.length === 0) return;
  const { AirlockError } = await import('../../lib/error.ts');
  const advice = embedded
    ? 'run `npx airlock down` and `npx airlock up`'
    : 'restart the processes and servers that do not work';
  const message = `degraded: ${problems.join('; ')}. Read the logs, then ${advice}`;
  throw new AirlockError({ code: 'status-degraded', message });
}

/**
 * Prints the processes and addresses of the embedded stack. `status` calls this function first, because the API may not
 * answer. With `-o json` this function prints nothing, so the output is exactly one document: the API's answer.
 * @returns one phrase for each problem, such as `process serve: not running`.
 */
async function printEmbeddedStack({ format, terminal, write }: ReturnType<typeof standardOutput>): Promise<string[]> {
  const { processProblems, readEmbeddedStack, renderEmbeddedStack } = await import('./wiring/local-stack.ts');
  const stack = await readEmbeddedStack();
  if (format !== 'json') write(`${[...renderEmbeddedStack(stack, terminal), ''].join('\n')}\n`);
  return processProblems(stack);
}
