import { requestParameters } from '../actions/request-parameters.ts';
import { badInput } from '../lib/error.ts';
import type { PlaybookCause, PlaybookDoc } from '../domain/plan/playbook.ts';
import { refusedInput } from '../lib/refused-input.ts';
import type { GivenParameters } from '../domain/approval/request.ts';

/**
 * Checks the request of a person or of a schedule. The playbook must exist, must list `cause` among its causes, and
 * must accept the parameters. `at` is the path of the request, such as `requested` in an HTTP body or
 * `schedules[0]` in the configuration of `airlock serve`.
 * @throws AirlockError `bad-input`. The message begins with the path of the wrong field, such as `requested.playbook`.
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
