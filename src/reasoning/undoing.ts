import { bind } from '../actions/catalogue.ts';
import { propose } from '../actions/propose.ts';
import { AirlockError, refused } from '../lib/error.ts';
import type { Digest } from '../lib/digest.ts';
import { objectsOf, type Evidence } from '../domain/plan/evidence.ts';
import { sameJson } from '../lib/json.ts';
import { planSchema, type Plan } from '../domain/plan/plan.ts';
import type { Blobs } from '../domain/ports.ts';
import { visible } from '../lib/escape-for-terminal.ts';
import type { Considered } from './consider.ts';

/**
 * The plan that takes an executed one back: its undo steps, with bases over the evidence of now, and its steps to undo
 * them. It stands only where what the first of them reads is still as the execution left it.
 * @throws AirlockError `plan-invalid`, and what blobs throw.
 */
export async function undoing(
  blobs: Blobs,
  evidence: Evidence,
  { undo: digest, of }: { undo: Digest; of: string },
): Promise<Considered> {
  const parsed = planSchema.safeParse(await blobs.get(digest));
  if (!parsed.success) throw refused('plan-invalid', `plan ${digest} has not the form of a plan: nothing to take back`);
  const original = parsed.data;
  if (original.cluster !== evidence.cluster) return { not: 'it was executed in another cluster' };
  if (original.undo.length === 0) return { not: visible(original.noUndo ?? 'nothing takes it back') };
  try {
    return reversed(original, evidence, of);
  } catch (error) {
    if (error instanceof AirlockError) return { not: visible(error.message) };
    throw error;
  }
}

function reversed(original: Plan, evidence: Evidence, of: string): Considered {
  const objects = objectsOf(evidence);
  const { namespace } = original;
  const wanted = original.undo.map(({ action, parameters }) => ({ action, parameters }));
  const [refusal] = wanted.slice(0, 1).flatMap((step) => {
    const { action, use } = bind(namespace, step);
    return action.refusals(use, objects);
  });
  if (refusal) return { not: `the state is not what the execution left: ${visible(refusal)}` };
  const proposal = propose(namespace, wanted, objects);
  if (!sameJson(proposal.steps[0]?.basis, original.undo[0]?.basis)) {
    return { not: 'the state is not what the execution left: somebody changed it since, or took it back' };
  }
  return { plan: { ...original, ...proposal, summary: `Take back ${of}: ${original.summary}` } };
}
