import { requestParameters } from '../actions/request-parameters.ts';
import { badInput } from '../lib/error.ts';
import type { PlaybookCause, PlaybookDoc } from '../domain/plan/playbook.ts';
import { refusedInput } from '../lib/refused-input.ts';
import type { GivenParameters } from '../domain/approval/request.ts';

/**
 * Refuses a request for a playbook if no plan could ever result from it: the playbook is unknown, does not accept this
 * cause, or does not have these parameters. The same rules apply to people and to schedules.
 * @param at the path of the request in the HTTP body or the configuration, such as `schedules[0]`, for error messages.
 * @throws AirlockError `bad-input` that names `at`.playbook, or the parameter in `at`.parameters.
 */
export function assertRequestable(
  playbooks: readonly PlaybookDoc[],
  { playbook: name, parameters: given }: { playbook: string; parameters: GivenParameters },
  { cause, at }: { cause: 'person' | 'schedule'; at: string },
): void {
  const playbook = playbooks.find((one) => one.name === name);
  if (!playbook) {
    const known = playbooks.map((one) => one.name).join(', ');
    throw badInput(`${at}.playbook`, `unknown playbook, expected one of: ${known}`);
  }
  if (!playbook.causes.includes(cause)) {
    const allowed = [...new Set(playbook.causes.map(describeCause))].join(', ') || 'none';
    const sender = describeCause(cause);
    throw badInput(`${at}.playbook`, `playbook ${name} does not accept ${sender} (allowed causes: ${allowed})`);
  }
  const parameters = requestParameters(playbook.action).safeParse(given);
  if (!parameters.success) throw refusedInput(parameters.error, `${at}.parameters`, `${at}.parameters`);
}

function describeCause(cause: PlaybookCause): string {
  if (typeof cause === 'object') return 'alerts';
  return cause === 'person' ? 'requests from people' : 'schedules';
}
