import { phasesSchema, type Phases } from '../domain/policy/phase.ts';
import { readYamlFile } from '../platform/read-yaml-file.ts';

/**
 * Reads the phases file again at each call, so that a demotion is in force from the next check on.
 * @throws AirlockError `bad-input` naming `file:line:column` and field. A check must then refuse, and a process must not
 * start.
 */
export function createPhasesReader(file: string): () => Promise<Phases> {
  return () => readYamlFile(file, phasesSchema);
}
