import { z } from 'zod';
import { digestSchema, type Digest } from '../../lib/digest.ts';
import { phaseSchema, type Phase } from './verdict.ts';

/** What a phase applies to: playbook, cluster and namespace class. The digest is of the playbook's bytes. */
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
 * The phases file: a default and exceptions, of which the first that matches applies. The bytes of one playbook earn the
 * trust to run without an approval, so an autonomous entry pins name and digest, and the default is never autonomous. A plan
 * names the playbook that made it, and nothing proves this. Autonomous therefore also means that the reasoning plane is
 * trusted with tier low, within the limits of rehearsal, policy and the target's guardrails.
 */
export const phasesSchema = z.strictObject({
  default: phaseSchema.exclude(
    ['autonomous'],
    'expected shadow, assist or limited: only entries for a pinned playbook can be autonomous',
  ),
  scopes: z.array(entrySchema).default([]),
});
export type Phases = z.infer<typeof phasesSchema>;

/** The phase of a scope. A field that an entry leaves out matches every value. */
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
