import { z } from 'zod';
import { digestSchema, type Digest } from '../../lib/digest.ts';
import { phaseSchema, type Phase } from './verdict.ts';

/**
 * The values that decide the trust phase of a plan. `playbookDigest`: over the bytes of the playbook file.
 * `namespaceClass`: the operator's classification of the namespace, such as `standard`.
 */
export interface Scope {
  playbook: string;
  playbookDigest: Digest;
  cluster: string;
  namespaceClass: string;
}

const word = z.string().min(1).max(100);

const entrySchema = z
  .strictObject({
    playbook: word.optional(),
    playbookDigest: digestSchema.optional(),
    cluster: word.optional(),
    namespaceClass: word.optional(),
    phase: phaseSchema,
  })
  .superRefine((entry, context) => {
    if (entry.phase !== 'autonomous') return;
    for (const field of ['playbook', 'playbookDigest'] as const) {
      if (entry[field] === undefined)
        context.addIssue({ code: 'custom', path: [field], message: 'required where phase is autonomous' });
    }
  });

/**
 * The phases file. The first entry in `scopes` that matches a plan decides the plan's phase. If no entry matches, the
 * phase is `default`. Only a playbook that an operator has reviewed may run without an approval, so an autonomous entry
 * names the playbook and the digest of its file. The default is never autonomous.
 *
 * The reasoning plane writes the playbook's name and digest into the plan. Nothing proves that this playbook made the
 * plan, so an operator who adds an autonomous entry also trusts the reasoning plane with plans of tier low. Rehearsal,
 * policy and the target's guardrails still limit these plans.
 */
export const phasesSchema = z.strictObject({
  default: phaseSchema.exclude(
    ['autonomous'],
    'expected shadow, assist or limited: only entries for a pinned playbook can be autonomous',
  ),
  scopes: z.array(entrySchema).default([]),
});
export type Phases = z.infer<typeof phasesSchema>;

/** Returns the phase that applies to a scope. An entry without a field matches every value of that field. */
export function phaseOf(phases: Phases, scope: Scope): Phase {
  const match = phases.scopes.find(
    (entry) =>
      (entry.playbook ?? scope.playbook) === scope.playbook &&
      (entry.playbookDigest ?? scope.playbookDigest) === scope.playbookDigest &&
      (entry.cluster ?? scope.cluster) === scope.cluster &&
      (entry.namespaceClass ?? scope.namespaceClass) === scope.namespaceClass,
  );
  return match?.phase ?? phases.default;
}
