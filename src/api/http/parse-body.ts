import type { z } from 'zod';
import { refusedInput } from '../../lib/refused-input.ts';
import { strictJson } from '../../lib/json/strict-json.ts';

/** Parses a request's JSON body. @throws AirlockError `bad-input`. The error names the field and quotes no value. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(strictJson((body as Buffer | undefined) ?? new Uint8Array()));
  if (parsed.success) return parsed.data;
  throw refusedInput(parsed.error, 'body');
}
