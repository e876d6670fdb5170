import type { AdmittedDecision, Verb } from './decision.ts';
import type { Person } from './decision-token.ts';
import type { Obligation } from '../policy/verdict.ts';

/** Where a dossier stands. */
export type Approval =
  | { state: 'waiting'; missing: number }
  | { state: 'approved'; by: AdmittedDecision[] }
  | { state: 'denied'; by: AdmittedDecision };

/**
 * Whether decisions count, and for how much: the only place that says so. One deny ends it, in whatever order; the same
 * person (issuer + subject) counts once; their groups are those of their proofs, together, so that no order of arrival
 * makes a difference. Who asked for it does not approve it.
 * @param decisions admitted decisions of one dossier, in any order.
 * @param requesters who asked for what the dossier does, or changed it.
 */
export function approvalOf(
  obligation: Obligation,
  decisions: readonly AdmittedDecision[],
  requesters: readonly Person[],
): Approval {
  const deny = decisions.find((decision) => decision.verb === 'deny');
  if (deny) return { state: 'denied', by: deny };
  const people = new Map<string, AdmittedDecision>();
  for (const decision of decisions) {
    const entitled = decision.groups.some((group) => obligation.groups.includes(group));
    const person = JSON.stringify([decision.issuer, decision.subject]);
    if (!entitled || isOneOf(requesters, decision)) continue;
    const earlier = people.get(person);
    people.set(person, earlier ? { ...earlier, groups: together(earlier, decision) } : decision);
  }
  const by = [...people.values()];
  const counted = obligation.distinctGroups ? distinctGroups(by, obligation.groups) : by.length;
  if (counted >= obligation.approvals) return { state: 'approved', by };
  return { state: 'waiting', missing: obligation.approvals - counted };
}

function together(...decisions: AdmittedDecision[]): string[] {
  return [...new Set(decisions.flatMap(({ groups }) => groups))];
}

/** Why an approval can never count: whoever asked for a change is not the one who approves it. Their deny counts. */
export function ownApproval(decision: Person & { verb: Verb }, requesters: readonly Person[]): string | undefined {
  if (decision.verb === 'deny' || !isOneOf(requesters, decision)) return undefined;
  return `${decision.subject} asked for this, so somebody else has to approve it`;
}

function isOneOf(people: readonly Person[], { issuer, subject }: Person): boolean {
  return people.some((person) => person.issuer === issuer && person.subject === subject);
}

/** Size of the largest assignment of people to different groups (Kuhn's augmenting paths; both sides are tiny). */
function distinctGroups(people: readonly AdmittedDecision[], groups: readonly string[]): number {
  const holder = new Map<string, AdmittedDecision>();
  const assign = (person: AdmittedDecision, tried: Set<string>): boolean =>
    person.groups.some((group) => {
      if (!groups.includes(group) || tried.has(group)) return false;
      tried.add(group);
      const current = holder.get(group);
      if (current && !assign(current, tried)) return false;
      holder.set(group, person);
      return true;
    });
  return people.filter((person) => assign(person, new Set())).length;
}
