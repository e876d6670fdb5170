import type { Command } from 'commander';
import { optionalReasonOption, paramOption } from './options.ts';

interface RequestOptions {
  cluster: string;
  param?: string[];
  reason: string;
}

/** `airlock request` */
export function addRequest(program: Command): void {
  program
    .command('request')
    .description('request a playbook in a cluster; needs a sign-in for this request only')
    .argument('<playbook>', 'name of the playbook')
    .requiredOption('--cluster <name>', 'cluster to repair')
    .addOption(paramOption('parameter of the playbook, such as namespace=shop'))
    .addOption(optionalReasonOption())
    .action(request);
}

async function request(playbook: string, { cluster, param = [], reason }: RequestOptions): Promise<void> {
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
  const { request: requestWith } = await import('../approval/request.ts');
  await requestWith(await openSession(), input);
}
