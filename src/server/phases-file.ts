import { phasesSchema, type Phases } from '../domain/policy/phase.ts';
import { readYamlFile } from '../platform/read-yaml-file.ts';

/**
 * Returns a function that reads the phases file, which sets the trust phase of each scope. Each call reads the file
 * again, so a change of the file takes effect without a restart. The function throws AirlockError `bad-input` if the
 * file is invalid or cannot be read.
 */
export function createPhasesReader(file: string): () => Promise<Phases> {
  return () => readYamlFile(file, phasesSchema);
}
