import { badInput, refused, type AirlockError } from '../lib/error.ts';
import { incidentView } from '../domain/incident/incident-view.ts';
import type { Requestable } from '../domain/plan/playbook.ts';
import { tokenClaimsSchema, type SignInTerms } from '../domain/approval/decision-token.ts';
import { groupOfRequest, incidentOfRequest, type SubmittedRequest, type Request } from '../domain/approval/request.ts';
import { executedPlan, type ExecutedPlanDeps } from './dossier/executed-plan.ts';
import { assertRequestable } from './assert-requestable.ts';
import type { IncidentWorkflows, SignatureCheck } from './ports.ts';

/** What `createRequests` needs from outside. */
export interface RequestsDeps extends ExecutedPlanDeps {
  /** The playbooks that people may request, and the clusters. */
  requestable: Requestable;
  workflows: Pick<IncidentWorkflows, 'open'>;
  verifySignature: SignatureCheck;
  /** The conditions that a sign-in must meet. They are passed to the incident's workflow. */
  signIn: SignInTerms;
  newTrace: () => string;
}

/** Opens the incident of a request. A second request with the same token gets the same incident. */
export type Requests = (request: SubmittedRequest) => Promise<{ incident: string }>;

/**
 * Creates the function that opens the incidents of requests. The function refuses impossible requests and forged tokens
 * before a workflow starts. The workflow then asks the gateway whether the request counts.
 */
export function createRequests(deps: RequestsDeps): Requests {
  return async (request) => {
    await assertPossible(deps, request);
    const signature = await deps.verifySignature(request.token);
    if ('refused' in signature) throw refusedToken(request, signature.refused);
    const claims = tokenClaimsSchema.safeParse(signature.claims);
    if (!claims.success) throw refusedToken(request, 'the token does not have the claims of a sign-in');
    const { id, startsAt } = incidentOfRequest(request, claims.data);
    const { cluster } = request;
    if (!incidentView(await deps.journal.read(id))) {
      const incident = { id, cluster, trace: deps.newTrace(), startsAt };
      await deps.workflows.open({ group: groupOfRequest(request), incident, request, signIn: deps.signIn });
    }
    return { incident: id };
  };
}

function refusedToken({ cluster }: Request, why: string): AirlockError {
  return refused('request-refused', `request for cluster ${cluster}: ${why}; sign in again, with \`airlock request\``);
}

/** Refuses a request that can never be executed. @throws AirlockError `bad-input` or `request-refused`. */
async function assertPossible(deps: RequestsDeps, { cluster, requested }: Request): Promise<void> {
  const { clusters, playbooks } = deps.requestable;
  if (!clusters.includes(cluster)) throw badInput('cluster', `expected one of ${clusters.join(', ')}`);
  if (requested.kind === 'undo') {
    const executed = await executedPlan(deps, { of: requested.incident, cluster });
    if ('none' in executed) throw refused('request-refused', executed.none);
    return;
  }
  assertRequestable(playbooks, requested, { cause: 'person', at: 'requested' });
}
