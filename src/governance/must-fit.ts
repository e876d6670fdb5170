import { requestParameters } from '../actions/request-parameters.ts';
import { badInput } from '../lib/error.ts';
import type { PlaybookDoc } from '../domain/plan/playbook.ts';
import { refusedInput } from '../lib/refused-input.ts';
import type { GivenParameters } from '../domain/approval/request.ts';

/**
 * Keeps out a wish for a playbook that could never be planned: by a person or by a schedule, the same rules.
 * @param at what the wish is called in what was sent or configured, such as `schedules[0]`.
 * @throws AirlockError `bad-input` naming `at`.playbook, or the parameter in `at`.parameters.
 */
export function mustFit(
  playbooks: readonly PlaybookDoc[],
  { playbook: name, parameters: given }: { playbook: string; parameters: GivenParameters },
  { cause, at }: { cause: 'person' | 'schedule'; at: string },
): void {
  const playbook = playbooks.find((one) => one.name === name);
  if (!playbook) {
    const known = playbooks.map((one) => one.name).join(', ');
    throw badInput(`${at}.playbook`, `is none that is known here: ${known}`);
  }
  if (!playbook.causes.includes(cause)) {
    throw badInput(`${at}.playbook`, `${name} cannot be had like this: ${cause} is none of its causes`);
  }
  const parameters = requestParameters(playbook.action).safeParse(given);
  if (!parameters.success) throw refusedInput(parameters.error, `${at}.parameters`, `${at}.parameters`);
}
