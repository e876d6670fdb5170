import { readFile } from 'node:fs/promises';
import { badInput } from './domain/error.ts';
import { phasesSchema, type Phases } from './domain/phase.ts';
import { readYaml } from './read-yaml.ts';

/**
 * Reads the phases file anew at each call, so that a demotion counts from the next question on.
 * @throws AirlockError `bad-input` naming `file:line:column` and field: whoever asks must then refuse, and a process must
 * not start.
 */
export function createPhasesReader(file: string): () => Promise<Phases> {
  return async () => {
    const bytes = await readFile(file).catch((error: Error) => {
      throw badInput(file, `cannot be read: ${error.message}`);
    });
    const read = readYaml(file, bytes, phasesSchema);
    if ('value' in read) return read.value;
    const [{ where, field, reason } = { where: file, field: undefined, reason: 'not accepted' }] = read.problems;
    // Without a field the reason is the YAML library's, which quotes: whatever a wrong path led to must not be told.
    throw badInput(where, field ? `${field}: ${reason}` : 'is not YAML as it is read here');
  };
}
