import type { LogContext } from './log-context.ts';

/** Small attributes of a span: never a secret, never a long text. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** A span that has already ended and whose times come from a record, such as the journal. Times are ISO 8601. */
export interface PastSpan {
  name: string;
  start: string;
  end: string;
  attributes: SpanAttributes;
}

/**
 * One OpenTelemetry trace per incident. Intake makes the trace id, and the id of the root span follows from the trace
 * id. Every process that works for the incident, also after restarts, therefore puts its spans below the same root.
 */
export interface Tracing {
  /** Runs work in a span directly below the incident's root. Without a valid trace id it runs the work without a span. */
  inIncident<T>(
    context: LogContext | undefined,
    span: { name: string; attributes: SpanAttributes },
    work: () => Promise<T>,
  ): Promise<T>;
  /** Runs work in a child span of the active span. Without an active span it runs the work without a span. */
  inChildSpan<T>(name: string, attributes: SpanAttributes, work: () => Promise<T>): Promise<T>;
  /** Records a span that has ended, below the incident's root. */
  recordSpan(context: LogContext, span: PastSpan): void;
  /** Records the incident's root span. The span id is always the same, so a repeated call does not add a second span. */
  recordRoot(context: LogContext, span: PastSpan): void;
}
