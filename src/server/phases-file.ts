import { phasesSchema, type Phases } from '../domain/policy/phase.ts';
import { readYamlFile } from '../platform/read-yaml-file.ts';

/**
 * Returns a function that reads the phases file. The file sets the trust phase (how far Airlock may act) of each scope
 * (playbook, cluster and namespace class). Each call reads the file again, so the next check already uses a changed
 * phase. For an invalid file the function throws AirlockError `bad-input`. Then no plan is accepted, and neither
 * `serve` nor `gateway` starts.
 */
export function createPhasesReader(file: string): () => Promise<Phases> {
  return () => readYamlFile(file, phasesSchema);
}
