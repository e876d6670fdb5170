import { readFile } from 'node:fs/promises';
import { parse, YAMLParseError } from 'yaml';
import { refusedFile } from './config.ts';
import { badInput } from './domain/error.ts';
import { phasesSchema, type Phases } from './domain/phase.ts';

/**
 * Reads the phases file anew at each call, so that a demotion counts from the next question on.
 * @throws AirlockError `bad-input` naming file and field: whoever asks must then refuse, and a process must not start.
 */
export function createPhasesReader(file: string): () => Promise<Phases> {
  return async () => {
    const text = await readFile(file, 'utf8').catch((error: Error) => {
      throw badInput(file, `cannot be read: ${error.message}`);
    });
    const parsed = phasesSchema.safeParse(yamlOf(file, text));
    if (parsed.success) return parsed.data;
    throw refusedFile(file, parsed.error);
  };
}

function yamlOf(file: string, text: string): unknown {
  try {
    return parse(text, { logLevel: 'error' });
  } catch (error) {
    // The library's message quotes the file: whatever a wrong path led to must not be told.
    const at = error instanceof YAMLParseError ? error.linePos?.[0] : undefined;
    throw badInput(file, `is not YAML${at ? ` (line ${at.line}, column ${at.col})` : ''}`);
  }
}
