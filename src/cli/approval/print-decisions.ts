import type { Decision } from '../../domain/approval/decision.ts';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import type { ApiClient } from '../api/api-client.ts';
import { temporalCommands } from './temporal-commands.ts';

/** What `printDecisions` needs. */
export interface PrintDeps {
  api: Pick<ApiClient, 'incident'>;
  /** Address of Temporal (`host:port`), if known. */
  temporal?: string;
  /** Prints a line on standard output. */
  out: (line: string) => void;
  /** Prints a line on standard error. */
  err: (line: string) => void;
}

/** A decision with its token, and its incident. */
interface PrintedDecision {
  incident: string;
  decision: Decision;
}

/**
 * Prints each decision as one line on standard output. Prints on standard error the commands that send the decisions to
 * Temporal. Each command reads a decision from a file of its own.
 * @throws AirlockError `workflow-id-invalid`, and the errors of the API.
 */
export async function printDecisions(
  { api, temporal, out, err }: PrintDeps,
  decisions: readonly PrintedDecision[],
): Promise<void> {
  const isOne = decisions.length === 1;
  const commands = await Promise.all(
    decisions.map(async ({ incident, decision }) => {
      const { workflow } = await api.incident(incident);
      const file = isOne ? 'decision.json' : `decision-${incident}.json`;
      return temporalCommands(decision, omitUndefined({ workflow, address: temporal, file }));
    }),
  );
  err(
    isOne
      ? 'The decision was not sent. It is on standard output. Save it in a file decision.json that only you can read.'
      : 'The decisions were not sent. They are on standard output, one in each line, in the order of the incidents. ' +
          'Save each line in a file of its own, decision-<incident>.json, that only you can read.',
  );
  err('The token expires in a few minutes. Before that, send each decision with one of its two commands:');
  for (const line of commands.flat()) err(`  ${line}`);
  if (!temporal) err('First set the environment variable TEMPORAL_ADDRESS to the address of Temporal.');
  for (const { decision } of decisions) out(JSON.stringify(decision));
}
