import { z } from 'zod';
import { digestSchema, type Digest } from '../../lib/digest.ts';
import { phaseSchema, type Phase } from './verdict.ts';

/** A scope of trust: playbook x cluster x namespace class. The digest is that of the playbook's bytes. */
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
 * The phases file: a default and exceptions; the first entry that matches counts. Trust that needs nobody is earned by
 * the bytes of one playbook: an autonomous entry pins name and digest, and the default is never autonomous. A plan says
 * itself which playbook made it, and nothing proves that: autonomous also means that the reasoning plane is trusted
 * with low tier, within what rehearsal, policy and the target's locks allow.
 */
export const phasesSchema = z.strictObject({
  default: phaseSchema.exclude(['autonomous'], 'shadow, assist or limited: autonomous is for pinned playbooks alone'),
  scopes: z.array(entrySchema).default([]),
});
export type Phases = z.infer<typeof phasesSchema>;

/** The phase of a scope. A field that an entry leaves out matches everything. */
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
