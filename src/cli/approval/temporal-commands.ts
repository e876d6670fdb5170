import { z } from 'zod';
import { decideUpdate, decisionSignal } from '../../../workflows/messages.ts';
import type { Decision } from '../../domain/approval/decision.ts';
import { digestOf } from '../../lib/digest.ts';
import { AirlockError } from '../../lib/error.ts';
import { temporalNamespace } from '../../domain/names.ts';

/** A shell reads it as one word. */
const workflowSchema = z.string().regex(/^[\w.-]{1,200}$/);

/**
 * The command lines with which Temporal's own program sends a decision to its workflow: one as Signal, one as Update. Both
 * read the decision from a file, because every user who may list processes can read command lines.
 * @param to the workflow id from the API, and Temporal's address where it is known.
 * @throws AirlockError `workflow-id-invalid` for a workflow id that a shell would not read as one word.
 */
export function temporalCommands(decision: Decision, to: { workflow: string; address?: string }): string[] {
  const workflow = workflowSchema.safeParse(to.workflow);
  if (!workflow.success) {
    const message = 'the API named a malformed workflow id: send nothing, and ask who runs the server';
    throw new AirlockError({ code: 'workflow-id-invalid', message });
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
