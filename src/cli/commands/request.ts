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
    .description('request a playbook in a cluster, with a sign-in for this request alone')
    .argument('<playbook>', 'name of the playbook')
    .requiredOption('--cluster <name>', 'cluster in which it runs')
    .addOption(paramOption('parameter of the playbook, such as namespace=shop'))
    .addOption(optionalReasonOption())
    .action(request);
}

async function request(playbook: string, { cluster, param = [], reason }: RequestOptions): Promise<void> {
  const { checkInput } = await import('../input/check-input.ts');
  const { typedReason } = await import('../input/typed-decision.ts');
  const { typedParameters } = await import('../input/typed-parameters.ts');
  const { clusterNameSchema } = await import('../../domain/kubernetes/object.ts');
  const input = {
    playbook,
    cluster: checkInput('--cluster', clusterNameSchema, cluster),
    param: typedParameters(param),
    reason: typedReason(reason),
  };
  const { openSession } = await import('./wiring/session.ts');
  const { request: requestWith } = await import('../approval/request.ts');
  await requestWith(await openSession(), input);
}
