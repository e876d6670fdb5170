import type { RequestCause } from '../../src/domain/approval/dossier.ts';
import type { ObjectRef } from '../../src/domain/kubernetes/object.ts';
import type { Person } from '../../src/domain/approval/decision-token.ts';
import { nameOfRequestedChange, subjectInParameters } from '../../src/domain/approval/request.ts';
import type { RequestedPlan } from '../../src/reasoning/contract.ts';
import { execution, governance } from '../activity-options.ts';
import type { RemediationInput } from '../messages.ts';
import { escalated, invalidated } from '../incident/outcome.ts';
import type { Edited, Ended } from '../incident/stage-result.ts';

/** What a plan and its dossier are made from, in addition to alerts and evidence. */
export interface Origin {
  /** The request or schedule that opened the incident. Absent if alerts opened the incident. */
  requestCause?: RequestCause;
  /**
   * The plan that a request, a schedule or an edit asks for. If present, Airlock makes no other plan. If absent, the
   * activity `plan` selects a playbook.
   */
  requested?: RequestedPlan;
  /** The Kubernetes object that the incident is about. If absent, the alerts name the object. */
  subject?: ObjectRef;
  /** The people who requested or edited the plan. The approvals of these people do not count. */
  requesters: Person[];
}

/** Returns the request or schedule that opened an incident. Returns undefined if alerts opened the incident. */
export function requestCauseOf({ request, scheduled }: RemediationInput): RequestCause | undefined {
  if (scheduled) return { kind: 'schedule', name: scheduled.id };
  return request && { kind: 'person', name: nameOfRequestedChange(request.requested), reason: request.reason };
}

/**
 * Returns the origin of the first plan. If a person requested the incident, the gateway must admit the request first.
 * @returns the end of the incident in three cases. The gateway refuses the request. The parameters name no object. An
 * undo is requested, and Airlock finds no plan that can be undone.
 */
export async function originOf(
  { incident, request, scheduled }: RemediationInput,
  requestCause: RequestCause | undefined,
): Promise<Origin | Ended> {
  if (scheduled && requestCause) return withSubject({ requestCause, requesters: [] }, scheduled.requested);
  if (!request || !requestCause) return { requesters: [] };
  const answer = await execution.admitRequest({ incident, request });
  if ('refused' in answer) return { ended: invalidated(`the request was refused: ${answer.refused}`) };
  const { issuer, subject: oidcSubject } = answer.admitted;
  const { requested } = request;
  const requesters = [{ issuer, subject: oidcSubject }];
  if (requested.kind !== 'undo') return withSubject({ requestCause, requesters }, requested);
  const executed = await governance.executedPlan({ incident, of: requested.incident });
  if ('none' in executed) return { ended: escalated(executed.none) };
  return {
    requestCause,
    requesters,
    subject: executed.subject,
    requested: { undo: executed.plan, of: requested.incident },
  };
}

/**
 * Adds the requested plan to the origin. Also adds the object that the parameters name. If the parameters name no
 * object, the incident ends.
 */
function withSubject(origin: Origin, requested: Extract<RequestedPlan, { playbook: string }>): Origin | Ended {
  const subject = subjectInParameters(requested.parameters);
  if (subject) return { ...origin, requested, subject };
  return { ended: escalated('the parameters name no object: give a valid node, or a valid namespace and deployment') };
}

/**
 * Returns the origin of the next plan after an edit. The playbook stays the same. A parameter of the edit replaces the
 * requested parameter of the same name. The person who edited becomes a requester.
 */
export function withEdit(origin: Origin, { edited, playbook }: Edited): Origin {
  const { issuer, subject: oidcSubject, parameters } = edited;
  const earlier = origin.requested && 'parameters' in origin.requested ? origin.requested.parameters : {};
  return {
    ...origin,
    requested: { playbook, parameters: { ...earlier, ...parameters } },
    requesters: [...origin.requesters, { issuer, subject: oidcSubject }],
  };
}
