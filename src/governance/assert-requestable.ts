import { requestParameters } from '../actions/request-parameters.ts';
import { badInput } from '../lib/error.ts';
import type { PlaybookCause, PlaybookDoc } from '../domain/plan/playbook.ts';
import { refusedInput } from '../lib/refused-input.ts';
import type { GivenParameters } from '../domain/approval/request.ts';

/**
 * Refuses the request of a person or a schedule if no plan can ever result from the request: the playbook is unknown,
 * does not accept requests from this `cause`, or does not accept these parameters. `at` is the path of the request in
 * the HTTP body or in the configuration, such as `schedules[0]`.
 * @throws AirlockError `bad-input`. The message begins with `at` and names the field, such as `schedules[0].playbook`.
 */
export function assertRequestable(
  playbooks: readonly PlaybookDoc[],
  { playbook: name, parameters: given }: { playbook: string; parameters: GivenParameters },
  { cause, at: path }: { cause: 'person' | 'schedule'; at: string },
): void {
  const playbook = playbooks.find((one) => one.name === name);
  if (!playbook) {
    const known = playbooks.map((one) => one.name).join(', ');
    throw badInput(`${path}.playbook`, `unknown playbook, expected one of: ${known}`);
  }
  if (!playbook.causes.includes(cause)) {
    const allowed = [...new Set(playbook.causes.map(describeCause))].join(', ') || 'none';
    const sender = describeCause(cause);
    throw badInput(`${path}.playbook`, `playbook ${name} does not accept ${sender} (allowed causes: ${allowed})`);
  }
  const parameters = requestParameters(playbook.action).safeParse(given);
  if (!parameters.success) throw refusedInput(parameters.error, `${path}.parameters`, `${path}.parameters`);
}

function describeCause(cause: PlaybookCause): string {
  if (typeof cause === 'object') return 'alerts';
  return cause === 'person' ? 'requests from people' : 'schedules';
}
