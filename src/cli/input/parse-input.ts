import type { z } from 'zod';
import { badInput } from '../../lib/error.ts';

/**
 * Parses one input of a command: an argument, an option, an environment variable, or the content of a file.
 * @param field the name of the input in the error, such as `incident` or `--reason`.
 * @throws AirlockError `bad-input`. The error does not quote the value, because the value may be a secret.
 */
export function parseInput<T>(field: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw badInput(field, parsed.error.issues[0]?.message ?? 'is not accepted');
}
