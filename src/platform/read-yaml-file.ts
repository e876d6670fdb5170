import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { badInput } from '../lib/error.ts';
import { readYaml } from './read-yaml.ts';

/**
 * Reads a YAML file of the configuration against a schema.
 * @throws AirlockError `bad-input` naming `file:line:column` and field of the first problem, quoting nothing.
 */
export async function readYamlFile<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  const bytes = await readFile(file).catch((error: Error) => {
    throw badInput(file, `cannot be read: ${error.message}`);
  });
  const read = readYaml(file, bytes, schema);
  if ('value' in read) return read.value;
  const [{ where, field, reason } = { where: file, field: undefined, reason: 'not accepted' }] = read.problems;
  // Without a field the reason is the YAML library's, which quotes: whatever a wrong path led to must not be told.
  throw badInput(where, field ? `${field}: ${reason}` : 'is not YAML as it is read here');
}
