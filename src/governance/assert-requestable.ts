import { requestParameters } from '../actions/request-parameters.ts';
import { badInput } from '../lib/error.ts';
import type { PlaybookCause, PlaybookDoc } from '../domain/plan/playbook.ts';
import { refusedInput } from '../lib/refused-input.ts';
import type { GivenParameters } from '../domain/approval/request.ts';

/**
 * Refuses a request for a playbook if no plan could ever result from it: the playbook is unknown, does not accept this
 * cause, or does not have these parameters. The same rules apply to people and to schedules. The input `at` is the path
 * of the request in the HTTP body or in the configuration, such as `schedules[0]`. Error messages begin with this path.
 * @throws AirlockError `bad-input` that names the field, such as `schedules[0].playbook` or a parameter in
 * `schedules[0].parameters`.
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
