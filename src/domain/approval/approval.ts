import type { AdmittedDecision, Verb } from './decision.ts';
import type { Person } from './decision-token.ts';
import type { Obligation } from '../policy/verdict.ts';

/** The state of a dossier's approval. */
export type Approval =
  | { state: 'waiting'; missing: number }
  | { state: 'approved'; by: AdmittedDecision[] }
  | { state: 'denied'; by: AdmittedDecision };

/**
 * The only place that counts decisions. One deny decides, in whatever order the decisions come. A person (issuer and
 * subject) counts once, with the groups of all their tokens, so the order of arrival makes no difference. The approval of
 * a requester does not count.
 * @param decisions admitted decisions on one dossier, in any order.
 * @param requesters people who requested the change or edited it.
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
    people.set(person, earlier ? { ...earlier, groups: union(earlier, decision) } : decision);
  }
  const by = [...people.values()];
  const counted = obligation.distinctGroups ? distinctGroups(by, obligation.groups) : by.length;
  if (counted >= obligation.approvals) return { state: 'approved', by };
  return { state: 'waiting', missing: obligation.approvals - counted };
}

function union(...decisions: AdmittedDecision[]): string[] {
  return [...new Set(decisions.flatMap(({ groups }) => groups))];
}

/** Why an approval can never count: a requester may not approve their own change. They may deny it. */
export function ownApproval(decision: Person & { verb: Verb }, requesters: readonly Person[]): string | undefined {
  if (decision.verb === 'deny' || !isOneOf(requesters, decision)) return undefined;
  return `${decision.subject} requested this change, so another person must approve it`;
}

function isOneOf(people: readonly Person[], { issuer, subject }: Person): boolean {
  return people.some((person) => person.issuer === issuer && person.subject === subject);
}

/** Size of the largest matching of people to different groups (Kuhn's augmenting paths; both sides are small). */
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
