import { badInput } from '../../lib/error.ts';
import type { ApiClient } from '../api/api-client.ts';
import { sendRequest, type RequestDeps } from './request.ts';

interface UndoDeps extends Omit<RequestDeps, 'api'> {
  api: Pick<ApiClient, 'incident' | 'request' | 'journal'>;
}

/**
 * `airlock undo`: requests the undo of the plan that a closed incident executed. The API opens a new incident for the
 * undo. The undo is a new plan, which needs a rehearsal, a verdict and an approval.
 * @throws AirlockError `bad-input` before the sign-in if the incident is open, `request-refused`, the errors of
 * `sendWithToken`, and the errors of the API, such as `not-found`.
 */
export async function undo(deps: UndoDeps, input: { incident: string; reason: string }): Promise<void> {
  const { id, cluster, outcome } = await deps.api.incident(input.incident);
  if (!outcome)
    throw badInput('incident', `${id} is still open and may undo its change itself: wait until the incident is closed`);
  await sendRequest(deps, { cluster, reason: input.reason, requested: { kind: 'undo', incident: id } });
}
