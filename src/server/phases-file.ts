import { phasesSchema, type Phases } from '../domain/policy/phase.ts';
import { readYamlFile } from '../platform/read-yaml-file.ts';

/**
 * Makes a reader of the phases file, which sets the trust phase (how far Airlock may act) of each scope (playbook,
 * cluster and namespace class). The reader reads the file again at each call, so a phase that was lowered applies from
 * the next check on.
 * @throws AirlockError `bad-input` that names `file:line:column` and field. After this error, a check of a plan must
 * refuse the plan, and a process must not start.
 */
export function createPhasesReader(file: string): () => Promise<Phases> {
  return () => readYamlFile(file, phasesSchema);
}
