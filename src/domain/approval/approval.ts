import type { AdmittedDecision, Verb } from './decision.ts';
import type { Person } from './decision-token.ts';
import type { Obligation } from '../policy/verdict.ts';

/** The state of a dossier's approval. `missing` is the number of approvals that are still needed. */
export type Approval =
  | { state: 'waiting'; missing: number }
  | { state: 'approved'; by: AdmittedDecision[] }
  | { state: 'denied'; by: AdmittedDecision };

/**
 * Counts the decisions on a dossier. No other code counts them. One deny denies the dossier. Issuer and subject
 * identify a person. A person who approves several times counts once, with the groups of all their tokens. The approval
 * of a requester does not count. The result does not depend on the order in which the decisions arrived.
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

/**
 * A requester may not approve their own change. They may deny it.
 * @returns why this decision can never count, or undefined if it can.
 */
export function checkSelfApproval(
  decision: Person & { verb: Verb },
  requesters: readonly Person[],
): string | undefined {
  if (decision.verb === 'deny' || !isOneOf(requesters, decision)) return undefined;
  return `${decision.subject} requested this change, so another person must approve it`;
}

function isOneOf(people: readonly Person[], { issuer, subject }: Person): boolean {
  return people.some((person) => person.issuer === issuer && person.subject === subject);
}

/**
 * Assigns groups to people: each person gets at most one group, from their own groups, and no group is assigned twice.
 * Returns the largest possible number of people with a group. This is a maximum bipartite matching, found with Kuhn's
 * augmenting paths. The algorithm is fast enough, because there are few people and few groups.
 */
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
