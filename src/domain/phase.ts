import { z } from 'zod';
import { phaseSchema, type Phase } from './verdict.ts';

/** A scope of trust: playbook x cluster x namespace class. */
export interface Scope {
  playbook: string;
  cluster: string;
  namespaceClass: string;
}

const word = z.string().min(1).max(100);

/** The phases file: a default and exceptions; the first entry that matches counts. */
export const phasesSchema = z.strictObject({
  default: phaseSchema,
  scopes: z
    .array(
      z.strictObject({
        playbook: word.optional(),
        cluster: word.optional(),
        namespaceClass: word.optional(),
        phase: phaseSchema,
      }),
    )
    .default([]),
});
export type Phases = z.infer<typeof phasesSchema>;

/** The phase of a scope. A field that an entry leaves out matches everything. */
export function phaseOf(phases: Phases, scope: Scope): Phase {
  const match = phases.scopes.find(
    (entry) =>
      (entry.playbook ?? scope.playbook) === scope.playbook &&
      (entry.cluster ?? scope.cluster) === scope.cluster &&
      (entry.namespaceClass ?? scope.namespaceClass) === scope.namespaceClass,
  );
  return match?.phase ?? phases.default;
}
