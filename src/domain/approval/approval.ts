import type { AdmittedDecision, Verb } from './decision.ts';
import type { Person } from './decision-token.ts';
import type { Obligation } from '../policy/verdict.ts';

/**
 * Whether a dossier waits for decisions, is approved or is denied. `missing`: how many more approvals are needed. `by`:
 * the counted approvals (at most one for each person), or the denial.
 */
export type ApprovalStatus =
  | { state: 'waiting'; missing: number }
  | { state: 'approved'; by: AdmittedDecision[] }
  | { state: 'denied'; by: AdmittedDecision };

/**
 * Returns whether the decisions approve or deny a dossier. One denial is enough to deny the dossier. An approval counts
 * only if the approver is in a group of the obligation and is not a requester. Several approvals by one person count
 * once, with the groups of all these approvals. With `distinctGroups`, each approver must count for a different group.
 * @param decisions admitted decisions, in any order. All approvals must be approvals of this dossier.
 * @param requesters the people who requested the change or edited its parameters.
 */
export function approvalStatus(
  obligation: Obligation,
  decisions: readonly AdmittedDecision[],
  requesters: readonly Person[],
): ApprovalStatus {
  const deny = decisions.find((decision) => decision.verb === 'deny');
  if (deny) return { state: 'denied', by: deny };
  const approvalByPerson = new Map<string, AdmittedDecision>();
  for (const decision of decisions) {
    const person = JSON.stringify([decision.issuer, decision.subject]);
    if (!isEntitled(decision, obligation) || includesPerson(requesters, decision)) continue;
    const earlier = approvalByPerson.get(person);
    approvalByPerson.set(person, earlier ? { ...earlier, groups: groupsOf(earlier, decision) } : decision);
  }
  const by = [...approvalByPerson.values()];
  const count = obligation.distinctGroups ? countWithDifferentGroups(by, obligation.groups) : by.length;
  if (count >= obligation.approvals) return { state: 'approved', by };
  return { state: 'waiting', missing: obligation.approvals - count };
}

/** Returns true if an approval by a person of these groups can count for the obligation. */
export function isEntitled({ groups }: Pick<AdmittedDecision, 'groups'>, obligation: Obligation): boolean {
  return groups.some((group) => obligation.groups.includes(group));
}

function groupsOf(...decisions: AdmittedDecision[]): string[] {
  return [...new Set(decisions.flatMap(({ groups }) => groups))];
}

/**
 * Checks that the person may make this decision: that the decision is no approval by a requester, and no approval
 * without groups. Everybody may deny, whatever their groups.
 * @returns the reason to refuse the decision; undefined if the check passes.
 */
export function checkApprover(
  decision: Person & { verb: Verb; groups: readonly string[] },
  requesters: readonly Person[],
): string | undefined {
  if (decision.verb === 'deny') return undefined;
  if (includesPerson(requesters, decision))
    return `${decision.subject} requested or edited this change, so another person must approve it`;
  return decision.groups.length === 0 ? withoutGroups(decision.subject, 'approve') : undefined;
}

/** Returns the reason to refuse an approval, request or edit whose token names no group. */
export function withoutGroups(subject: string, what: 'approve' | 'request' | 'edit'): string {
  return `${subject} is in no group, so ${subject} may not ${what}: the token's claim groups is absent or empty; if that is wrong, have the identity provider put the groups into ID tokens`;
}

function includesPerson(people: readonly Person[], { issuer, subject }: Person): boolean {
  return people.some((person) => person.issuer === issuer && person.subject === subject);
}

/**
 * Assigns each group to at most one approver, who must be in this group. Each approver gets at most one group. Returns
 * the largest possible number of approvers with a group: a maximum bipartite matching, found with Kuhn's algorithm.
 * @param approvals one approval for each approver.
 * @param groups the groups of the obligation.
 */
function countWithDifferentGroups(approvals: readonly AdmittedDecision[], groups: readonly string[]): number {
  const holders = new Map<string, AdmittedDecision>();
  // Assigns a group to the approver. If an earlier approver holds the group, that approver must get another group.
  // Returns false if this is not possible for any group.
  const assign = (approval: AdmittedDecision, tried: Set<string>): boolean =>
    approval.groups.some((group) => {
      if (!groups.includes(group) || tried.has(group)) return false;
      tried.add(group);
      const holder = holders.get(group);
      if (holder && !assign(holder, tried)) return false;
      holders.set(group, approval);
      return true;
    });
  return approvals.filter((approval) => assign(approval, new Set())).length;
}
