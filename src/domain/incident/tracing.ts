import type { LogContext } from './log-context.ts';

/** Attributes of a span. The values are short and never secret. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** A span that has already ended. `start` and `end` are ISO 8601. */
export interface PastSpan {
  name: string;
  start: string;
  end: string;
  attributes: SpanAttributes;
}

/**
 * Writes OpenTelemetry spans of incidents. An incident has one trace id, from which each process computes the id of the
 * root span. So the spans of all processes are in one trace, below one root span.
 */
export interface Tracing {
  /** Runs `work` in a span directly below the incident's root span. Without a valid trace id, runs `work` alone. */
  inIncident<T>(
    context: LogContext | undefined,
    span: { name: string; attributes: SpanAttributes },
    work: () => Promise<T>,
  ): Promise<T>;
  /** Runs `work` in a child span of the active span. Without an active span, runs `work` alone. */
  inChildSpan<T>(name: string, attributes: SpanAttributes, work: () => Promise<T>): Promise<T>;
  /** Records a span directly below the incident's root span. Without a valid trace id, records nothing. */
  recordSpan(context: LogContext, span: PastSpan): void;
  /**
   * Records the incident's root span. Without a valid trace id, records nothing. A second call, after the incident
   * was reopened, records a span with the same id.
   */
  recordRoot(context: LogContext, span: PastSpan): void;
}
