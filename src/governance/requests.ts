import { badInput, refused, type AirlockError } from '../lib/error.ts';
import { incidentView } from '../domain/incident/incident-view.ts';
import { withoutGroups } from '../domain/approval/approval.ts';
import type { Requestable } from '../domain/plan/playbook.ts';
import { tokenClaimsSchema, type SignInTerms } from '../domain/approval/decision-token.ts';
import {
  groupKeyOfRequest,
  incidentOfRequest,
  type SubmittedRequest,
  type Request,
} from '../domain/approval/request.ts';
import { executedPlan, type ExecutedPlanDeps } from './dossier/executed-plan.ts';
import { assertRequestable } from './assert-requestable.ts';
import type { IncidentWorkflows, SignatureCheck } from './ports.ts';

/** What `createSubmitRequest` needs from outside. */
export interface SubmitRequestDeps extends ExecutedPlanDeps {
  /** All clusters and all playbooks. */
  requestable: Requestable;
  workflows: Pick<IncidentWorkflows, 'open'>;
  verifySignature: SignatureCheck;
  /** The conditions that a sign-in must meet. The gateway checks these conditions later. */
  signIn: SignInTerms;
  /** Returns the trace id of a new incident. */
  newTrace: () => string;
}

/** Opens the incident of a request. Returns the id of the incident, also if the same request is sent again. */
export type SubmitRequest = (request: SubmittedRequest) => Promise<{ incident: string }>;

/**
 * Creates the function that opens the incident of a request. First the function refuses an impossible request, and a
 * token that the issuer has not signed. Later the gateway checks whether the token is for this request.
 */
export function createSubmitRequest(deps: SubmitRequestDeps): SubmitRequest {
  return async (request) => {
    await assertPossible(deps, request);
    const { cluster } = request;
    const signature = await deps.verifySignature(request.token);
    if ('refused' in signature) throw refusedToken(request, signature.refused);
    const claims = tokenClaimsSchema.safeParse(signature.claims);
    if (!claims.success) throw refusedToken(request, 'a claim of the token is missing or malformed');
    // The gateway refuses such a request too, but only after an incident was opened.
    const { sub, groups } = claims.data;
    if (groups.length === 0) throw refusedToken(request, withoutGroups(sub, 'request'));
    const { id, startsAt } = incidentOfRequest(cluster, claims.data);
    if (!incidentView(await deps.journal.recent(id))) {
      const incident = { id, cluster, trace: deps.newTrace(), startsAt };
      await deps.workflows.open({ group: groupKeyOfRequest(claims.data), incident, request, signIn: deps.signIn });
    }
    return { incident: id };
  };
}

function refusedToken({ cluster }: Request, why: string): AirlockError {
  const advice = 'sign in again with `airlock request` or `airlock undo`';
  return refused('request-refused', `request for cluster ${cluster}: ${why}; ${advice}`);
}

/**
 * Refuses an impossible request: the cluster is unknown, the playbook does not accept the request, or nothing can be
 * undone.
 * @throws AirlockError `bad-input` or `request-refused`, and the errors of the journal and the blob store.
 */
async function assertPossible(deps: SubmitRequestDeps, { cluster, requested }: Request): Promise<void> {
  const { clusters, playbooks } = deps.requestable;
  if (!clusters.includes(cluster)) throw badInput('cluster', `expected one of ${clusters.join(', ')}`);
  if (requested.kind === 'undo') {
    const executed = await executedPlan(deps, { incident: requested.incident, cluster });
    if ('none' in executed) throw refused('request-refused', executed.none);
    return;
  }
  assertRequestable(playbooks, requested, { cause: 'person', at: 'requested' });
}
