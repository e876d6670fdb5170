import { bind } from '../actions/registry.ts';
import { propose } from '../actions/propose.ts';
import { AirlockError, refused } from '../lib/error.ts';
import type { Digest } from '../lib/digest.ts';
import { objectsOf, type Evidence } from '../domain/plan/evidence.ts';
import { sameJson } from '../lib/json/json.ts';
import { planSchema, type Plan } from '../domain/plan/plan.ts';
import type { Blobs } from '../domain/journal/ports.ts';
import { escapeForTerminal } from '../lib/escape-for-terminal.ts';
import type { Evaluation } from './evaluate-playbook.ts';

/**
 * Makes the plan that undoes an executed plan. The steps of the new plan are the undo steps of the executed plan, with
 * new preconditions from new evidence. There is no new plan if the executed plan has no undo steps or belongs to
 * another cluster, if an action refuses, or if the object of the first undo step has changed since the execution.
 * @param requested `undo` is the digest of the executed plan. `of` is the id of the incident in which that plan was
 * executed.
 * @throws AirlockError `plan-invalid` if the document with this digest is no valid plan, and the errors of the blob
 * store.
 */
export async function planUndo(
  blobs: Blobs,
  evidence: Evidence,
  { undo: digest, of: incident }: { undo: Digest; of: string },
): Promise<Evaluation> {
  const parsed = planSchema.safeParse(await blobs.get(digest));
  if (!parsed.success)
    throw refused(
      'plan-invalid',
      `document ${digest} does not match the schema of plans, so it cannot be undone: a person has to undo it by hand`,
    );
  const original = parsed.data;
  if (original.cluster !== evidence.cluster) return { rejected: 'the plan was executed in another cluster' };
  if (original.undo.length === 0)
    return { rejected: escapeForTerminal(original.noUndo ?? 'the plan has no undo steps') };
  try {
    return undoPlan(original, evidence, incident);
  } catch (error) {
    if (error instanceof AirlockError) return { rejected: escapeForTerminal(error.message) };
    throw error;
  }
}

function undoPlan(original: Plan, evidence: Evidence, incident: string): Evaluation {
  const objects = objectsOf(evidence);
  const { namespace } = original;
  const drafts = original.undo.map(({ action, parameters }) => ({ action, parameters }));
  const [refusal] = drafts.slice(0, 1).flatMap((step) => {
    const { action, input } = bind(namespace, step);
    return action.refusals(input, objects);
  });
  if (refusal) return { rejected: `the state is no longer what the execution left: ${escapeForTerminal(refusal)}` };
  const proposal = propose(namespace, drafts, objects);
  if (!sameJson(proposal.steps[0]?.precondition, original.undo[0]?.precondition)) {
    return { rejected: 'the state is no longer what the execution left: the object was changed or restored since' };
  }
  return { plan: { ...original, ...proposal, summary: `Undo ${incident}: ${original.summary}` } };
}
