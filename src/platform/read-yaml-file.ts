import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { badInput } from '../lib/error.ts';
import { readYaml } from './read-yaml.ts';

/**
 * Reads a YAML configuration file and checks it against a schema.
 * @throws AirlockError `bad-input` if the file cannot be read or is not valid. The error names the file. It also names
 * line, column and field of the first problem if the problem has them.
 */
export async function readYamlFile<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  const bytes = await readFile(file).catch((error: Error) => {
    throw badInput(file, `cannot be read: ${error.message}`);
  });
  const read = readYaml(file, bytes, schema);
  if ('value' in read) return read.value;
  const [{ where, field, reason } = { where: file, field: undefined, reason: 'not accepted' }] = read.problems;
  // Without a field, `reason` may be a message of the YAML library, which quotes the file. The reason is not shown: the
  // path could be wrong, and the file at this path could contain secrets.
  throw badInput(where, field ? `${field}: ${reason}` : 'is not a valid YAML 1.2 document');
}
