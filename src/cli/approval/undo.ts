import { badInput } from '../../lib/error.ts';
import type { ApiClient } from '../api/api-client.ts';
import { sendRequest, type RequestDeps } from './request.ts';

interface UndoDeps extends Omit<RequestDeps, 'api'> {
  api: Pick<ApiClient, 'incident' | 'request'>;
}

/**
 * `airlock undo`: requests the undo of the change that a closed incident executed. The undo is a new plan and an
 * incident of its own. Like any other plan, it is rehearsed, judged by policy, and approved.
 * @throws AirlockError `bad-input` before any sign-in, `not-found`, `request-refused`, and the errors of the sign-in
 * and the API.
 */
export async function undo(deps: UndoDeps, input: { incident: string; reason: string }): Promise<void> {
  const { id, cluster, outcome } = await deps.api.incident(input.incident);
  if (!outcome) throw badInput('incident', `${id} is still open: deny its dossier, or wait until the incident ends`);
  await sendRequest(deps, { cluster, reason: input.reason, requested: { kind: 'undo', incident: id } });
}
