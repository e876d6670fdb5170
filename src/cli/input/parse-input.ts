import type { z } from 'zod';
import { badInput } from '../../lib/error.ts';

/**
 * Parses typed input with its schema.
 * @param field the name of the input in the error, such as `incident` or `--reason`.
 * @throws AirlockError `bad-input`. The value is not quoted: it may be a secret.
 */
export function parseInput<T>(field: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw badInput(field, parsed.error.issues[0]?.message ?? 'is not accepted');
}
