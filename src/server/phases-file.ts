import { phasesSchema, type Phases } from '../domain/policy/phase.ts';
import { readYamlFile } from '../platform/read-yaml-file.ts';

/**
 * Makes a reader of the phases file. The file sets the trust phase (how far Airlock may act) of each scope (playbook,
 * cluster and namespace class). Each call of the reader reads the file again, so the next check already uses a changed
 * phase. The reader throws AirlockError `bad-input` with `file:line:column` and field. The check of a plan must then refuse
 * the plan, and a process must not start.
 */
export function createPhasesReader(file: string): () => Promise<Phases> {
  return () => readYamlFile(file, phasesSchema);
}
