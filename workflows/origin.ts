import type { Asked } from '../src/domain/dossier.ts';
import type { ObjectRef } from '../src/domain/kubernetes.ts';
import type { Person } from '../src/domain/proof.ts';
import { nameOfWish, subjectOf, type GivenParameters } from '../src/domain/request.ts';
import type { AdmittedEdit } from '../src/domain/edit.ts';
import type { WantedPlan } from '../src/reasoning/contract.ts';
import { execution, governance } from './activity-options.ts';
import { Ended, human } from './ending.ts';
import type { RemediationInput } from './messages.ts';

/** What an incident is to be planned from, beside its alerts. */
export interface Origin {
  /** Why it exists, where no alert opened it. */
  asked?: Asked;
  /** What alone is planned; playbooks are chosen where it is absent. */
  wanted?: WantedPlan;
  /** What it is about; alerts say so where it is absent. */
  subject?: ObjectRef;
  /** Whose approval cannot count, by the gateway's word. */
  requesters: Person[];
}

/** Why an incident exists that no alert opened. */
export function askedOf({ request, scheduled }: RemediationInput): Asked | undefined {
  if (scheduled) return { kind: 'schedule', name: scheduled.id };
  return request && { kind: 'person', name: nameOfWish(request.wanted), reason: request.reason };
}

/** Has the gateway admit what was asked, before anybody looks at the cluster. @throws Ended where it is refused. */
export async function originOf(
  { incident, request, scheduled }: RemediationInput,
  asked: Asked | undefined,
): Promise<Origin> {
  if (scheduled && asked)
    return { asked, requesters: [], wanted: scheduled.wanted, subject: mustName(scheduled.wanted) };
  if (!request || !asked) return { requesters: [] };
  const answer = await execution.admitRequest({ incident, request });
  if ('refused' in answer) throw new Ended({ outcome: 'void', reason: `the request was refused: ${answer.refused}` });
  const { issuer, subject } = answer.admitted;
  const { wanted } = request;
  const requesters = [{ issuer, subject }];
  if (wanted.kind === 'undo') {
    const executed = await governance.executedPlan({ incident, of: wanted.incident });
    if ('none' in executed) throw new Ended(human(executed.none));
    return { asked, requesters, subject: executed.subject, wanted: { undo: executed.plan, of: wanted.incident } };
  }
  return { asked, requesters, wanted, subject: mustName(wanted) };
}

/** What parameters are about. @throws Ended where they name nothing. */
function mustName({ parameters }: { parameters: GivenParameters }): ObjectRef {
  const subject = subjectOf(parameters);
  if (subject) return subject;
  throw new Ended(human('the parameters name nothing to look at: namespace and deployment, or node'));
}

/** The same with other parameters: one playbook, what was given before, and on top of it what an edit gives. */
export function edited(origin: Origin, planned: { playbook: string }, edit: AdmittedEdit): Origin {
  const { issuer, subject, parameters } = edit;
  const before = origin.wanted && 'parameters' in origin.wanted ? origin.wanted.parameters : {};
  return {
    ...origin,
    wanted: { playbook: planned.playbook, parameters: { ...before, ...parameters } },
    requesters: [...origin.requesters, { issuer, subject }],
  };
}
