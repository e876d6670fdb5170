import type { RequestCause } from '../../src/domain/approval/dossier.ts';
import type { ObjectRef } from '../../src/domain/kubernetes/object.ts';
import type { Person } from '../../src/domain/approval/decision-token.ts';
import { describeRequest, subjectOf } from '../../src/domain/approval/request.ts';
import type { RequestedPlan } from '../../src/reasoning/contract.ts';
import { execution, governance } from '../activity-options.ts';
import type { RemediationInput } from '../messages.ts';
import { escalated, invalidated } from '../incident/outcome.ts';
import type { Edited, Ended } from '../incident/stage-result.ts';

/** What a plan of an incident is made from, besides the alerts and the evidence. */
export interface Origin {
  /** The request or schedule that opened the incident. Absent if alerts opened the incident. */
  requestCause?: RequestCause;
  /** The requested plan. If present, no other plan may be made. If absent, reasoning selects a playbook. */
  requested?: RequestedPlan;
  /** The Kubernetes object that the incident is about. If absent, the alerts name it. */
  subject?: ObjectRef;
  /** The people who requested or edited the plan, as the gateway identified them. Their approval does not count. */
  requesters: Person[];
}

/** Returns the request or schedule that opened an incident. Returns undefined if alerts opened the incident. */
export function requestCauseOf({ request, scheduled }: RemediationInput): RequestCause | undefined {
  if (scheduled) return { kind: 'schedule', name: scheduled.id };
  return request && { kind: 'person', name: describeRequest(request.requested), reason: request.reason };
}

/**
 * Returns the origin of an incident before any edit. The gateway has to admit a person's request before anything reads
 * the cluster. The incident ends if the gateway refuses the request, if the parameters of the request or schedule name
 * no object, or if there is no executed plan to undo.
 */
export async function originOf(
  { incident, request, scheduled }: RemediationInput,
  requestCause: RequestCause | undefined,
): Promise<Origin | Ended> {
  if (scheduled && requestCause) return withSubject({ requestCause, requesters: [] }, scheduled.requested);
  if (!request || !requestCause) return { requesters: [] };
  const answer = await execution.admitRequest({ incident, request });
  if ('refused' in answer) return { ended: invalidated(`the request was refused: ${answer.refused}`) };
  const { issuer, subject } = answer.admitted;
  const { requested } = request;
  const requesters = [{ issuer, subject }];
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

/** Takes the subject from the parameters. If the parameters name no object, the incident ends. */
function withSubject(origin: Origin, requested: Extract<RequestedPlan, { playbook: string }>): Origin | Ended {
  const subject = subjectOf(requested.parameters);
  if (subject) return { ...origin, requested, subject };
  return { ended: escalated('the parameters name no object: they need namespace and deployment, or node') };
}

/**
 * Returns the origin of the dossier that replaces an edited dossier. The playbook stays the same. Parameters of the
 * edit replace earlier parameters. The person who edited becomes a requester.
 */
export function withEdit(origin: Origin, { edited, playbook }: Edited): Origin {
  const { issuer, subject, parameters } = edited;
  const earlier = origin.requested && 'parameters' in origin.requested ? origin.requested.parameters : {};
  return {
    ...origin,
    requested: { playbook, parameters: { ...earlier, ...parameters } },
    requesters: [...origin.requesters, { issuer, subject }],
  };
}
