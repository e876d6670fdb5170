import type { Command } from 'commander';
import { optionalReasonOption, paramOption } from './options.ts';

interface RequestOptions {
  cluster: string;
  param?: string[];
  reason: string;
}

/** Adds the command `airlock request`. */
export function addRequest(program: Command): void {
  program
    .command('request')
    .description('request a repair, with a sign-in for this request only')
    .argument('<playbook>', 'name of the playbook')
    .requiredOption('--cluster <name>', 'cluster to repair')
    .addOption(paramOption('parameter of the playbook, such as namespace=shop'))
    .addOption(optionalReasonOption())
    .action(runRequest);
}

async function runRequest(playbook: string, { cluster, param = [], reason }: RequestOptions): Promise<void> {
  const { parseInput } = await import('../input/parse-input.ts');
  const { parseReason } = await import('../input/decision-options.ts');
  const { splitParameters } = await import('../input/parameters.ts');
  const { clusterNameSchema } = await import('../../domain/kubernetes/object.ts');
  const input = {
    playbook,
    cluster: parseInput('--cluster', clusterNameSchema, cluster),
    param: splitParameters(param),
    reason: parseReason(reason),
  };
  const { openSession } = await import('./wiring/session.ts');
  const { request } = await import('../approval/request.ts');
  await request(await openSession(), input);
}
