import type { Asked } from '../src/domain/approval/dossier.ts';
import type { ObjectRef } from '../src/domain/kubernetes/object.ts';
import type { Person } from '../src/domain/approval/decision-token.ts';
import { nameOfWish, subjectOf } from '../src/domain/approval/request.ts';
import type { WantedPlan } from '../src/reasoning/contract.ts';
import { execution, governance } from './activity-options.ts';
import type { RemediationInput } from './messages.ts';
import { escalated, invalidated } from './outcome.ts';
import type { Edited, Ended } from './stage-result.ts';

/** What an incident is planned from, besides its alerts. */
export interface Origin {
  /** The request or schedule that opened the incident; absent when alerts opened it. */
  asked?: Asked;
  /** The only plan to make. When absent, reasoning selects a playbook. */
  wanted?: WantedPlan;
  /** The Kubernetes object that the incident is about. When absent, the alerts name it. */
  subject?: ObjectRef;
  /** People whose approval does not count, as the gateway identified them. */
  requesters: Person[];
}

/** The request or schedule that opened an incident; undefined when alerts opened it. */
export function askedOf({ request, scheduled }: RemediationInput): Asked | undefined {
  if (scheduled) return { kind: 'schedule', name: scheduled.id };
  return request && { kind: 'person', name: nameOfWish(request.wanted), reason: request.reason };
}

/** Lets the gateway admit a person's request before anything reads the cluster. A refusal ends the incident. */
export async function originOf(
  { incident, request, scheduled }: RemediationInput,
  asked: Asked | undefined,
): Promise<Origin | Ended> {
  if (scheduled && asked) return withSubject({ asked, requesters: [] }, scheduled.wanted);
  if (!request || !asked) return { requesters: [] };
  const answer = await execution.admitRequest({ incident, request });
  if ('refused' in answer) return { ended: invalidated(`the request was refused: ${answer.refused}`) };
  const { issuer, subject } = answer.admitted;
  const { wanted } = request;
  const requesters = [{ issuer, subject }];
  if (wanted.kind !== 'undo') return withSubject({ asked, requesters }, wanted);
  const executed = await governance.executedPlan({ incident, of: wanted.incident });
  if ('none' in executed) return { ended: escalated(executed.none) };
  return { asked, requesters, subject: executed.subject, wanted: { undo: executed.plan, of: wanted.incident } };
}

/** Takes the object from the parameters. Parameters that name none end the incident. */
function withSubject(origin: Origin, wanted: Extract<WantedPlan, { playbook: string }>): Origin | Ended {
  const subject = subjectOf(wanted.parameters);
  if (subject) return { ...origin, wanted, subject };
  return { ended: escalated('the parameters name nothing to look at: namespace and deployment, or node') };
}

/** The origin of the next dossier: the same playbook, with the edit's parameters in addition to the earlier ones. */
export function withEdit(origin: Origin, { edited, playbook }: Edited): Origin {
  const { issuer, subject, parameters } = edited;
  const before = origin.wanted && 'parameters' in origin.wanted ? origin.wanted.parameters : {};
  return {
    ...origin,
    wanted: { playbook, parameters: { ...before, ...parameters } },
    requesters: [...origin.requesters, { issuer, subject }],
  };
}
