import { z } from 'zod';
import { errorCatalogue, type ErrorCode, type ErrorCodeWith } from './error-catalogue.ts';
import type { Next } from './errors/error-entry.ts';

/** The shape in which every error crosses an edge (HTTP, CLI, Temporal). */
export const errorBodySchema = z.strictObject({
  /** Stable code, kebab-case, such as `precondition-changed`: docs/errors.md lists all. */
  code: z.string(),
  /** What failed, on which object, and what to do next. */
  message: z.string(),
  /** Send the same again, ask a person, or give up. */
  next: z.enum(['retry', 'ask', 'stop']),
  /** Data for a program; never a secret. */
  details: z.record(z.string(), z.unknown()).optional(),
});
export type ErrorBody = z.infer<typeof errorBodySchema>;

/** What an AirlockError is made of; the catalogue adds `next` and the HTTP status. */
interface ErrorContent {
  code: ErrorCode;
  message: string;
  details?: Record<string, unknown>;
}

/** The one error that Airlock's own code throws on purpose. */
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

/** A malformed input: sending it again unchanged is pointless. `field` is its path, such as `alerts[3].labels`. */
export function badInput(field: string, problem: string): AirlockError {
  return new AirlockError({ code: 'bad-input', message: `${field}: ${problem}`, details: { field } });
}

/** A rule refused the call: sending it again is pointless until something else changes. */
export function refused(
  code: ErrorCodeWith<'stop'>,
  message: string,
  details: Record<string, unknown> = {},
): AirlockError {
  return new AirlockError({ code, message, details });
}
