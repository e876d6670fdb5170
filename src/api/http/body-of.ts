import type { z } from 'zod';
import { refusedInput } from '../../lib/refused-input.ts';
import { strictJson } from '../../lib/strict-json.ts';

/** The JSON body of a request, as a schema has it. @throws AirlockError `bad-input` naming the field, quoting nothing. */
export function bodyOf<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(strictJson((body as Buffer | undefined) ?? new Uint8Array()));
  if (parsed.success) return parsed.data;
  throw refusedInput(parsed.error, 'body');
}
