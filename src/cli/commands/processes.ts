import type { Command } from 'commander';

const processes = {
  serve: 'API, incidents and decisions',
  reason: 'evidence to plan',
  observe: 'evidence, rehearsal and verification',
  gateway: 'execution of approved plans, and the signature of the journal',
} as const;

/** `airlock serve`, `reason`, `observe` and `gateway`: the four processes. Each imports nothing of the other three. */
export function addProcesses(program: Command): void {
  for (const name of ['serve', 'reason', 'observe', 'gateway'] as const) {
    program
      .command(name)
      .description(`run this process in the foreground: ${processes[name]}`)
      .requiredOption('--config <file>', 'configuration file, JSON')
      .action(async ({ config }: { config: string }) => {
        const { runProcess } = await import('../../server/run-process.ts');
        await runProcess(name, config);
      });
  }
}
