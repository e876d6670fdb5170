import { z } from 'zod';
import { decideUpdate, decisionSignal } from '../../../workflows/messages.ts';
import type { Decision } from '../../domain/approval/decision.ts';
import { digestOf } from '../../lib/digest.ts';
import { AirlockError } from '../../lib/error.ts';
import { temporalNamespace } from '../../domain/names.ts';

/** Accepts a workflow id that a shell reads as one word. */
const workflowSchema = z.string().regex(/^[\w.-]{1,200}$/);

/**
 * Returns two command lines with which the Temporal CLI sends a decision to a workflow: as a Signal, and as an Update.
 * Both commands read the decision from a file, because other users of the machine could read the token in a command
 * line.
 * @param destination the workflow id from the API, and Temporal's address if it is known.
 * @throws AirlockError `workflow-id-invalid` if a shell would not read the workflow id as one word.
 */
export function temporalCommands(decision: Decision, destination: { workflow: string; address?: string }): string[] {
  const workflow = workflowSchema.safeParse(destination.workflow);
  if (!workflow.success) {
    const message = 'the API answered with a malformed workflow id. Send nothing, and tell the operator of the server';
    throw new AirlockError({ code: 'workflow-id-invalid', message });
  }
  const address = destination.address ? [`--address ${destination.address}`] : [];
  const common = [...address, `--namespace ${temporalNamespace}`, `--workflow-id ${workflow.data}`];
  const line = (command: string, ...options: string[]): string =>
    ['temporal', 'workflow', command, ...common, ...options, '--input-file decision.json'].join(' ');
  return [
    line('signal', `--name ${decisionSignal.name}`),
    line('update execute', `--name ${decideUpdate.name}`, `--update-id ${digestOf(decision)}`),
  ];
}
