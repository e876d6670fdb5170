import { z } from 'zod';
import { decideUpdate, decisionSignal } from '../../../workflows/messages.ts';
import type { Decision } from '../../domain/approval/decision.ts';
import { digestOf } from '../../lib/digest.ts';
import { AirlockError } from '../../lib/error.ts';
import { temporalNamespace } from '../../domain/names.ts';

/** Accepts only a workflow id that a shell reads as one word. */
const workflowIdSchema = z.string().regex(/^[\w.-]{1,200}$/);

/**
 * Returns two command lines for the Temporal CLI: one sends the decision as a Signal, the other as an Update.
 *
 * Each command reads the decision from `file`, not from an argument. Other users of the machine can read the arguments
 * of a process, and the decision contains a token.
 * @param destination `workflow`: the workflow id, as the API returned it. `address`: `host:port` of Temporal, if known.
 * `file`: name of the file with the decision, which a shell must read as one word.
 * @throws AirlockError `workflow-id-invalid` if a shell might not read the workflow id as one word.
 */
export function temporalCommands(
  decision: Decision,
  destination: { workflow: string; address?: string; file: string },
): string[] {
  const workflowId = workflowIdSchema.safeParse(destination.workflow);
  if (!workflowId.success) {
    const message =
      'the workflow id from the API is not safe in a shell command. Send nothing. Tell the operator of Airlock';
    throw new AirlockError({ code: 'workflow-id-invalid', message });
  }
  const address = destination.address ? [`--address ${destination.address}`] : [];
  const common = [...address, `--namespace ${temporalNamespace}`, `--workflow-id ${workflowId.data}`];
  const commandLine = (command: string, ...options: string[]): string =>
    ['temporal', 'workflow', command, ...common, ...options, `--input-file ${destination.file}`].join(' ');
  return [
    commandLine('signal', `--name ${decisionSignal.name}`),
    // `airlock serve` uses the same Update id, so Temporal handles a repeated Update only once.
    commandLine('update execute', `--name ${decideUpdate.name}`, `--update-id ${digestOf(decision)}`),
  ];
}
