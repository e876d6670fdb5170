import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { badInput } from '../lib/error.ts';
import { maxYamlBytes, readYaml } from './read-yaml.ts';

/**
 * Reads a YAML file and checks the content against a schema.
 * @throws AirlockError `bad-input` if the file cannot be read or is not valid. The message describes the first problem,
 * with the name of the file and, if known, line, column and field.
 */
export async function readYamlFile<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  const bytes = await readFile(file).catch((error: Error) => {
    throw badInput(file, `cannot be read: ${error.message}`);
  });
  const read = readYaml(file, bytes, schema);
  if ('value' in read) return read.value;
  const [problem] = read.problems;
  if (problem?.field) throw badInput(problem.where, `${problem.field}: ${problem.reason}`);
  // The reason is not shown: it may come from the YAML library and quote a line of the file. If `file` is the path of a
  // wrong file, this line may contain a secret.
  const limits = `is larger than ${maxYamlBytes / 1024} KiB, or has too many aliases`;
  throw badInput(problem?.where ?? file, `is not a valid YAML 1.2 document in UTF-8, ${limits}`);
}
