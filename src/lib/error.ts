import { z } from 'zod';
import { errorCatalogue, type ErrorCode, type ErrorCodeWith } from './error-catalogue.ts';
import type { Next } from './errors/error-entry.ts';

/** The form in which every error leaves its process: in an HTTP response, a Temporal failure, or a command's output. */
export const errorBodySchema = z.strictObject({
  /** Stable code, such as `precondition-changed`. docs/errors.md lists all codes. */
  code: z.string(),
  /** What failed, on which object, and what to do next. */
  message: z.string(),
  /** What the caller should do: send the same call again, ask a person, or give up. */
  next: z.enum(['retry', 'ask', 'stop']),
  /** Data for a program; never a secret. */
  details: z.record(z.string(), z.unknown()).optional(),
});
export type ErrorBody = z.infer<typeof errorBodySchema>;

/** The content of an AirlockError. The catalogue adds `next` and the HTTP status. */
interface ErrorContent {
  code: ErrorCode;
  message: string;
  details?: Record<string, unknown>;
}

/** The only error that Airlock's own code throws on purpose. Any other error is a defect. */
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
 * Creates the error for malformed input. The same input can only fail again.
 * @param field path of the input, such as `alerts[3].labels`.
 */
export function badInput(field: string, problem: string): AirlockError {
  return new AirlockError({ code: 'bad-input', message: `${field}: ${problem}`, details: { field } });
}

/** Creates the error for a call that was refused. The same call can only fail again. */
export function refused(
  code: ErrorCodeWith<'stop'>,
  message: string,
  details: Record<string, unknown> = {},
): AirlockError {
  return new AirlockError({ code, message, details });
}
