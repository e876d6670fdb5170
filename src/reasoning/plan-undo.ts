import { bind } from '../actions/registry.ts';
import { propose } from '../actions/propose.ts';
import { AirlockError, refused } from '../lib/error.ts';
import type { Digest } from '../lib/digest.ts';
import { objectsOf, type Evidence } from '../domain/plan/evidence.ts';
import { sameJson } from '../lib/json/json.ts';
import { planSchema, type Plan } from '../domain/plan/plan.ts';
import type { Blobs } from '../domain/journal/ports.ts';
import { escapeForTerminal } from '../lib/escape-for-terminal.ts';
import type { PlanOrRejection } from './evaluate-playbook.ts';

/**
 * Makes a new plan that undoes an executed plan. The steps of the new plan are the undo steps of the executed plan. The
 * preconditions of the new plan are computed from `evidence`. There is no new plan in these cases:
 * - The executed plan is for another cluster than the evidence, or has no undo steps.
 * - The evidence lacks an object that an undo step needs.
 * - The action of the first undo step refuses the change.
 * - The object of the first undo step is not as the execution left it.
 * @param requested `requested.undo` is the digest of the executed plan. `requested.of` is the id of the incident in which
 * the gateway executed that plan.
 * @throws AirlockError `plan-invalid` if the stored document with this digest is not a plan.
 */
export async function planUndo(
  blobs: Blobs,
  evidence: Evidence,
  requested: { undo: Digest; of: string },
): Promise<PlanOrRejection> {
  const parsed = planSchema.safeParse(await blobs.get(requested.undo));
  if (!parsed.success)
    throw refused(
      'plan-invalid',
      `the executed plan cannot be undone, because its stored document ${requested.undo} is not a valid plan: a person has to revert its change in the cluster`,
    );
  const original = parsed.data;
  if (original.cluster !== evidence.cluster) return { rejected: 'the plan was executed in another cluster' };
  if (original.undo.length === 0)
    return { rejected: escapeForTerminal(original.noUndo ?? 'the plan has no undo steps') };
  try {
    return undoingPlan(original, evidence, requested.of);
  } catch (error) {
    if (error instanceof AirlockError) return { rejected: escapeForTerminal(error.message) };
    throw error;
  }
}

function undoingPlan(original: Plan, evidence: Evidence, incident: string): PlanOrRejection {
  const objects = objectsOf(evidence);
  const { namespace } = original;
  const drafts = original.undo.map(({ action, parameters }) => ({ action, parameters }));
  // Only the first step is checked, because a later step may start from the state that an earlier step leaves.
  const [refusal] = drafts.slice(0, 1).flatMap((step) => {
    const { action, input } = bind(namespace, step);
    return action.refusals(input, objects);
  });
  if (refusal)
    return { rejected: `the state of the cluster is no longer what the execution left: ${escapeForTerminal(refusal)}` };
  const proposal = propose(namespace, drafts, objects);
  if (!sameJson(proposal.steps[0]?.precondition, original.undo[0]?.precondition)) {
    const reason = 'the object was changed, or deleted and created again';
    return { rejected: `the state of the cluster is no longer what the execution left: ${reason}` };
  }
  // The undo can have another action: `uncordon-node` undoes `cordon-node`.
  const action = proposal.steps[0]?.action ?? original.action;
  return { plan: { ...original, ...proposal, action, summary: `Undo ${incident}: ${original.summary}` } };
}
