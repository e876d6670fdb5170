import { badInput, refused } from '../lib/error.ts';
import { incidentView } from '../domain/incident/incident-view.ts';
import type { Requestable } from '../domain/plan/playbook.ts';
import { tokenClaimsSchema, type SignInTerms } from '../domain/approval/decision-token.ts';
import { groupOfRequest, incidentOfRequest, type SubmittedRequest, type Request } from '../domain/approval/request.ts';
import { executedPlan, type ExecutedPlanDeps } from './dossier/executed-plan.ts';
import { assertRequestable } from './assert-requestable.ts';
import type { IncidentWorkflows, SignatureCheck } from './ports.ts';

/** What taking in requests needs from outside. */
export interface RequestsDeps extends ExecutedPlanDeps {
  requestable: Requestable;
  workflows: Pick<IncidentWorkflows, 'open'>;
  verifySignature: SignatureCheck;
  /** Terms under which the incident's workflow passes tokens to the gateway. */
  signIn: SignInTerms;
  newTrace: () => string;
}

/** Takes in a request and opens its incident. A second request with the same token gets the same incident. */
export type Requests = (request: SubmittedRequest) => Promise<{ incident: string }>;

/**
 * Rejects requests that cannot be carried out and requests with an invalid token, before a workflow starts. In the
 * incident the gateway checks the request and decides whether it counts.
 */
export function createRequests(deps: RequestsDeps): Requests {
  return async (request) => {
    await mustBePossible(deps, request);
    const signature = await deps.verifySignature(request.token);
    if ('refused' in signature) throw refused('request-refused', signature.refused);
    const claims = tokenClaimsSchema.safeParse(signature.claims);
    if (!claims.success) throw refused('request-refused', 'the token does not have the claims of a sign-in');
    const { id, startsAt } = incidentOfRequest(request, claims.data);
    const { cluster } = request;
    if (!incidentView(await deps.journal.read(id))) {
      const incident = { id, cluster, trace: deps.newTrace(), startsAt };
      await deps.workflows.open({ group: groupOfRequest(request), incident, request, signIn: deps.signIn });
    }
    return { incident: id };
  };
}

/** @throws AirlockError `bad-input` naming the field, `request-refused`. */
async function mustBePossible(deps: RequestsDeps, { cluster, requested }: Request): Promise<void> {
  const { clusters, playbooks } = deps.requestable;
  if (!clusters.includes(cluster)) throw badInput('cluster', `expected one of ${clusters.join(', ')}`);
  if (requested.kind === 'undo') {
    const executed = await executedPlan(deps, { of: requested.incident, cluster });
    if ('none' in executed) throw refused('request-refused', executed.none);
    return;
  }
  assertRequestable(playbooks, requested, { cause: 'person', at: 'requested' });
}
