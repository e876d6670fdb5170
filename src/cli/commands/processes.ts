import type { Command } from 'commander';

const taskOf = {
  serve: 'serves the API, takes in alerts, and runs the workflows of incidents',
  reason: 'makes plans from evidence',
  observe: 'collects evidence, rehearses plans, and verifies repairs',
  gateway: 'admits decisions, executes plans, and signs the journal',
} as const;

/**
 * Adds the commands `airlock serve`, `reason`, `observe` and `gateway`, which run the four processes. Each command
 * imports only the code of its own process.
 */
export function addProcesses(program: Command): void {
  for (const name of ['serve', 'reason', 'observe', 'gateway'] as const) {
    program
      .command(name)
      .description(`run this process in the foreground; it ${taskOf[name]}`)
      .requiredOption('--config <file>', 'configuration file (JSON)')
      .action(async ({ config }: { config: string }) => {
        // Some libraries read the environment when they are imported. So it is cleaned before their import.
        const { cleanEnvironment } = await import('../../server/clean-environment.ts');
        cleanEnvironment(process.env);
        const { runProcess } = await import('../../server/run-process.ts');
        await runProcess(name, config);
      });
  }
}
