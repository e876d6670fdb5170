import { z } from 'zod';
import { digestSchema, type Digest } from '../../lib/digest.ts';
import { phaseSchema, type Phase } from './verdict.ts';

/**
 * The values that decide the trust phase of a plan. `playbookDigest`: the digest of the bytes of the playbook file.
 * `namespaceClass`: the class of the plan's namespace, such as `standard`. For cluster-scoped objects: `cluster`.
 */
export interface Scope {
  playbook: string;
  playbookDigest: Digest;
  cluster: string;
  namespaceClass: string;
}

const text = z.string().min(1).max(100);

/** One entry of `scopes` in the phases file. An absent field matches every value. */
const entrySchema = z
  .strictObject({
    playbook: text.optional(),
    playbookDigest: digestSchema.optional(),
    cluster: text.optional(),
    namespaceClass: text.optional(),
    phase: phaseSchema,
  })
  .superRefine((entry, context) => {
    if (entry.phase !== 'autonomous') return;
    for (const field of ['playbook', 'playbookDigest'] as const) {
      if (entry[field] === undefined)
        context.addIssue({ code: 'custom', path: [field], message: 'required in an entry with phase autonomous' });
    }
  });

/**
 * The phases file. The first entry in `scopes` that matches a plan decides the plan's phase. If no entry matches, the
 * phase is `default`. In the phase `autonomous`, plans of tier low can be executed without an approval. So an operator
 * must review the playbook before adding an autonomous entry. The entry must contain the name of the playbook and the
 * digest of the playbook file. If the file changes later, the entry does not match plans of the changed playbook.
 *
 * A plan names its playbook, but nothing proves that this playbook made the plan. So an autonomous entry also trusts
 * `serve`, `reason` and everybody who can write to Temporal with plans of tier low (SECURITY.md, Autonomous scopes).
 * Rehearsal, policy and the target's guardrails still limit these plans.
 */
export const phasesSchema = z.strictObject({
  default: phaseSchema.exclude(
    ['autonomous'],
    'expected shadow, assist or limited: only an entry with playbook and playbookDigest can be autonomous',
  ),
  scopes: z.array(entrySchema).default([]),
});
export type Phases = z.infer<typeof phasesSchema>;

/** Returns the phase of a scope: the phase of the first entry that matches, or the default. */
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
