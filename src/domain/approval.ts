import type { AdmittedDecision } from './decision.ts';
import type { Obligation } from './verdict.ts';

/** Where a dossier stands. */
export type Approval =
  | { state: 'waiting'; missing: number }
  | { state: 'approved'; by: AdmittedDecision[] }
  | { state: 'denied'; by: AdmittedDecision };

/**
 * Whether decisions count, and for how much: the only place that says so. One deny ends it, in whatever order; the same
 * person (issuer + subject) counts once; their groups are those of their proofs, together, so that no order of arrival
 * makes a difference.
 * @param decisions admitted decisions of one dossier, in any order.
 */
export function approvalOf(obligation: Obligation, decisions: readonly AdmittedDecision[]): Approval {
  const deny = decisions.find((decision) => decision.verb === 'deny');
  if (deny) return { state: 'denied', by: deny };
  const people = new Map<string, AdmittedDecision>();
  for (const decision of decisions) {
    const entitled = decision.groups.some((group) => obligation.groups.includes(group));
    const person = JSON.stringify([decision.issuer, decision.subject]);
    const earlier = people.get(person);
    if (entitled) people.set(person, earlier ? { ...earlier, groups: together(earlier, decision) } : decision);
  }
  const by = [...people.values()];
  const counted = obligation.distinctGroups ? distinctGroups(by, obligation.groups) : by.length;
  if (counted >= obligation.approvals) return { state: 'approved', by };
  return { state: 'waiting', missing: obligation.approvals - counted };
}

function together(...decisions: AdmittedDecision[]): string[] {
  return [...new Set(decisions.flatMap(({ groups }) => groups))];
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
