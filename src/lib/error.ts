import { z } from 'zod';

/** What the caller should do about an error: try the same call again, ask a person, or give up. */
const nextSchema = z.enum(['retry', 'ask', 'stop']);
export type Next = z.infer<typeof nextSchema>;

/** The shape in which every error crosses an edge (HTTP, CLI, Temporal). */
export const errorBodySchema = z.strictObject({
  /** Stable machine word, kebab-case, such as `basis-changed`. */
  code: z.string(),
  /** What failed, on which object, and what to do next. */
  message: z.string(),
  next: nextSchema,
  /** Facts for a program; never a secret. */
  details: z.record(z.string(), z.unknown()).optional(),
});
export type ErrorBody = z.infer<typeof errorBodySchema>;

/** The one error that Airlock's own code throws on purpose. */
export class AirlockError extends Error {
  override readonly name = 'AirlockError';
  readonly code: string;
  readonly next: Next;
  readonly details: Record<string, unknown>;

  constructor(body: ErrorBody, options?: ErrorOptions) {
    super(body.message, options);
    this.code = body.code;
    this.next = body.next;
    this.details = body.details ?? {};
  }
}

/** An input that nobody should send again unchanged. `field` is its path, such as `alerts[3].labels`. */
export function badInput(field: string, problem: string): AirlockError {
  return new AirlockError({ code: 'bad-input', message: `${field}: ${problem}`, next: 'stop', details: { field } });
}

/** A rule said no. Trying again without a change of the world is pointless. */
export function refused(code: string, message: string, details: Record<string, unknown> = {}): AirlockError {
  return new AirlockError({ code, message, next: 'stop', details });
}
