import { z } from 'zod';
import { errorCatalogue, type ErrorCode, type ErrorCodeWith } from './error-catalogue.ts';
import type { Next } from './errors/error-entry.ts';

/** The body of an error response of the API. */
export const errorBodySchema = z.strictObject({
  /** Stable code, such as `precondition-changed`. docs/errors.md lists all codes. */
  code: z.string(),
  /** What failed, and what a person can do. */
  message: z.string(),
  /** What the caller should do: repeat the call later, ask a person, or give up the call. */
  next: z.enum(['retry', 'ask', 'stop']),
  /** Data for programs. Contains no secret. */
  details: z.record(z.string(), z.unknown()).optional(),
});
export type ErrorBody = z.infer<typeof errorBodySchema>;

/** The arguments for a new AirlockError. Its `next` comes from the catalogue. */
interface ErrorContent {
  code: ErrorCode;
  message: string;
  details?: Record<string, unknown>;
}

/** An error with a code of `errorCatalogue`. */
export class AirlockError extends Error {
  override readonly name = 'AirlockError';
  readonly code: ErrorCode;
  readonly next: Next;
  readonly details: Record<string, unknown>;

  constructor({ code, message, details = {} }: ErrorContent, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.next = errorCatalogue[code].next;
    this.details = details;
  }
}

/**
 * Creates the error `bad-input`.
 * @param field the place of the wrong value: a path such as `alerts[3].labels`, an option or a file.
 */
export function badInput(field: string, problem: string): AirlockError {
  return new AirlockError({ code: 'bad-input', message: `${field}: ${problem}`, details: { field } });
}

/** Creates an error with a code whose `next` is `stop`. */
export function refused(
  code: ErrorCodeWith<'stop'>,
  message: string,
  details: Record<string, unknown> = {},
): AirlockError {
  return new AirlockError({ code, message, details });
}
