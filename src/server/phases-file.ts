import { phasesSchema, type Phases } from '../domain/policy/phase.ts';
import { readYamlFile } from '../platform/read-yaml-file.ts';

/**
 * Reads the phases file anew at each call, so that a demotion counts from the next question on.
 * @throws AirlockError `bad-input` naming `file:line:column` and field: whoever asks must then refuse, and a process must
 * not start.
 */
export function createPhasesReader(file: string): () => Promise<Phases> {
  return () => readYamlFile(file, phasesSchema);
}
