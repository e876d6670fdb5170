import { z } from 'zod';
import { decideUpdate, decisionSignal } from '../../workflows/messages.ts';
import type { Decision } from '../domain/approval/decision.ts';
import { digestOf } from '../lib/digest.ts';
import { AirlockError } from '../lib/error.ts';
import { temporalNamespace } from '../domain/names.ts';

/** Nothing that a shell would read as more than one word. */
const workflowSchema = z.string().regex(/^[\w.-]{1,200}$/);

/**
 * The command lines with which Temporal's own program carries a decision to its workflow, once as Signal and once as
 * Update; both read it from a file, because whoever may list processes reads command lines.
 * @param to the workflow as the server names it, and Temporal's address where it is known.
 * @throws AirlockError `bad-answer` for a workflow id that no shell should see.
 */
export function carryByTemporal(decision: Decision, to: { workflow: string; address?: string }): string[] {
  const workflow = workflowSchema.safeParse(to.workflow);
  if (!workflow.success) {
    const message = 'the server names a workflow that cannot be one: carry nothing to it, ask who runs it';
    throw new AirlockError({ code: 'bad-answer', message, next: 'stop' });
  }
  const address = to.address ? [`--address ${to.address}`] : [];
  const common = [...address, `--namespace ${temporalNamespace}`, `--workflow-id ${workflow.data}`];
  const line = (command: string, ...options: string[]): string =>
    ['temporal', 'workflow', command, ...common, ...options, '--input-file decision.json'].join(' ');
  return [
    line('signal', `--name ${decisionSignal.name}`),
    line('update execute', `--name ${decideUpdate.name}`, `--update-id ${digestOf(decision)}`),
  ];
}
