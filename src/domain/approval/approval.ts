import type { AdmittedDecision, Verb } from './decision.ts';
import type { Person } from './decision-token.ts';
import type { Obligation } from '../policy/verdict.ts';

/** The state of a dossier's approval. `missing` is the number of approvals that are still needed. */
export type Approval =
  | { state: 'waiting'; missing: number }
  | { state: 'approved'; by: AdmittedDecision[] }
  | { state: 'denied'; by: AdmittedDecision };

/**
 * Counts the decisions on a dossier. No other code counts them. One deny denies the dossier. An approval counts only if
 * the person belongs to a group of the obligation and is not a requester. A person (issuer and subject) who approves
 * several times counts once, with the groups of all their tokens. With `distinctGroups`, each counted person needs a
 * group of their own.
 * @param decisions admitted decisions on one dossier. Their order does not matter.
 * @param requesters the people who requested the change or edited its parameters.
 */
export function approvalOf(
  obligation: Obligation,
  decisions: readonly AdmittedDecision[],
  requesters: readonly Person[],
): Approval {
  const deny = decisions.find((decision) => decision.verb === 'deny');
  if (deny) return { state: 'denied', by: deny };
  const approvalByPerson = new Map<string, AdmittedDecision>();
  for (const decision of decisions) {
    const entitled = decision.groups.some((group) => obligation.groups.includes(group));
    const person = JSON.stringify([decision.issuer, decision.subject]);
    if (!entitled || isOneOf(requesters, decision)) continue;
    const earlier = approvalByPerson.get(person);
    approvalByPerson.set(person, earlier ? { ...earlier, groups: groupsOf(earlier, decision) } : decision);
  }
  const by = [...approvalByPerson.values()];
  const counted = obligation.distinctGroups ? countWithOwnGroup(by, obligation.groups) : by.length;
  if (counted >= obligation.approvals) return { state: 'approved', by };
  return { state: 'waiting', missing: obligation.approvals - counted };
}

function groupsOf(...decisions: AdmittedDecision[]): string[] {
  return [...new Set(decisions.flatMap(({ groups }) => groups))];
}

/**
 * Checks that no requester approves their own change. A requester may deny it.
 * @returns the reason to refuse the decision; undefined if there is no reason.
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
 * Assigns groups to people: each person gets at most one of their own groups, and no group is assigned twice. Returns
 * the largest possible number of people with a group. This is a maximum bipartite matching, found with Kuhn's
 * augmenting paths. The algorithm is fast enough, because there are few people and few groups.
 * @param people one approval for each person.
 */
function countWithOwnGroup(people: readonly AdmittedDecision[], groups: readonly string[]): number {
  const holders = new Map<string, AdmittedDecision>();
  const assign = (person: AdmittedDecision, tried: Set<string>): boolean =>
    person.groups.some((group) => {
      if (!groups.includes(group) || tried.has(group)) return false;
      tried.add(group);
      const current = holders.get(group);
      if (current && !assign(current, tried)) return false;
      holders.set(group, person);
      return true;
    });
  return people.filter((person) => assign(person, new Set())).length;
}
