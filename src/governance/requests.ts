import { badInput, refused } from '../lib/error.ts';
import { incidentView } from '../domain/incident/incident-view.ts';
import type { Askable } from '../domain/plan/playbook.ts';
import { proofClaimsSchema } from '../domain/approval/decision-token.ts';
import { groupOfRequest, incidentOfRequest, type ProvenRequest, type Request } from '../domain/approval/request.ts';
import { executedPlan, type ExecutedPlanDeps } from './dossier/executed-plan.ts';
import { mustFit } from './must-fit.ts';
import type { IncidentWorkflows, SignatureCheck } from './ports.ts';

export interface RequestsDeps extends ExecutedPlanDeps {
  askable: Askable;
  workflows: Pick<IncidentWorkflows, 'open'>;
  verifyProof: SignatureCheck;
  /** Which proofs the incident's workflow lets through to the gateway. */
  proofs: { issuer: string; maxSignInAge: number };
  newTrace: () => string;
}

/** Takes a request in; its incident opens at once. The same proof again: the same incident, nothing twice. */
export type Requests = (request: ProvenRequest) => Promise<{ incident: string }>;

/**
 * Keeps out what could never be done, and what nobody signed in for, before a workflow hears of it. Whether the request
 * counts is the gateway's to say, in the incident.
 */
export function createRequests(deps: RequestsDeps): Requests {
  return async (request) => {
    await mustBePossible(deps, request);
    const signature = await deps.verifyProof(request.proof);
    if ('refused' in signature) throw refused('request-refused', signature.refused);
    const claims = proofClaimsSchema.safeParse(signature.claims);
    if (!claims.success) throw refused('request-refused', 'the proof has not the claims of a sign-in');
    const { id, startsAt } = incidentOfRequest(request, claims.data);
    const { cluster } = request;
    if (!incidentView(await deps.journal.read(id))) {
      const incident = { id, cluster, trace: deps.newTrace(), startsAt };
      await deps.workflows.open({ group: groupOfRequest(request), incident, request, proofs: deps.proofs });
    }
    return { incident: id };
  };
}

/** @throws AirlockError `bad-input` naming the field, `request-refused`. */
async function mustBePossible(deps: RequestsDeps, { cluster, wanted }: Request): Promise<void> {
  const { clusters, playbooks } = deps.askable;
  if (!clusters.includes(cluster)) throw badInput('cluster', `expected one of ${clusters.join(', ')}`);
  if (wanted.kind === 'undo') {
    const executed = await executedPlan(deps, { of: wanted.incident, cluster });
    if ('none' in executed) throw refused('request-refused', executed.none);
    return;
  }
  mustFit(playbooks, wanted, { cause: 'person', at: 'wanted' });
}
