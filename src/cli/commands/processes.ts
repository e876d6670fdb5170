import type { Command } from 'commander';

const processes = {
  serve: 'API, intake of alerts, and workflows of incidents',
  reason: 'makes plans from evidence',
  observe: 'collects evidence, rehearses plans, verifies repairs',
  gateway: 'executes approved plans, and signs the journal',
} as const;

/**
 * `airlock serve`, `reason`, `observe` and `gateway`: the four processes. Each command imports only the code of its own
 * process.
 */
export function addProcesses(program: Command): void {
  for (const name of ['serve', 'reason', 'observe', 'gateway'] as const) {
    program
      .command(name)
      .description(`run this process in the foreground: ${processes[name]}`)
      .requiredOption('--config <file>', 'configuration file (JSON)')
      .action(async ({ config }: { config: string }) => {
        const { runProcess } = await import('../../server/run-process.ts');
        await runProcess(name, config);
      });
  }
}
