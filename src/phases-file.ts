import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { badInput } from './domain/error.ts';
import { phasesSchema, type Phases } from './domain/phase.ts';
import { refusedInput } from './domain/refused-input.ts';

/**
 * Reads the phases file anew at each call, so that a demotion counts from the next question on.
 * @throws AirlockError `bad-input` naming file and field: whoever asks must then refuse.
 */
export function createPhasesReader(file: string): () => Promise<Phases> {
  return async () => {
    const text = await readFile(file, 'utf8').catch((error: Error) => {
      throw badInput(file, `cannot be read: ${error.message}`);
    });
    const parsed = phasesSchema.safeParse(yamlOf(file, text));
    if (parsed.success) return parsed.data;
    throw refusedInput(parsed.error, file);
  };
}

function yamlOf(file: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw badInput(file, `is not YAML: ${(error as Error).message}`);
  }
}
