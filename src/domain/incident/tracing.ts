import type { LogContext } from './log-context.ts';

/** Attributes of a span. Attributes are short and never secret. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** A span that has already ended. `start` and `end` are ISO 8601. */
export interface PastSpan {
  name: string;
  start: string;
  end: string;
  attributes: SpanAttributes;
}

/**
 * Writes one OpenTelemetry trace per incident. The id of the root span is derived from the trace id. All processes
 * therefore put their spans below the same root span, even after a restart.
 */
export interface Tracing {
  /** Runs the work in a span directly below the incident's root span. Without a valid trace id, there is no span. */
  inIncident<T>(
    context: LogContext | undefined,
    span: { name: string; attributes: SpanAttributes },
    work: () => Promise<T>,
  ): Promise<T>;
  /** Runs the work in a child span of the active span. Without an active span, there is no child span. */
  inChildSpan<T>(name: string, attributes: SpanAttributes, work: () => Promise<T>): Promise<T>;
  /** Records a span directly below the incident's root span. */
  recordSpan(context: LogContext, span: PastSpan): void;
  /**
   * Records the incident's root span. The id of this span depends only on the trace id, so a repeated call does not add
   * a second root span.
   */
  recordRoot(context: LogContext, span: PastSpan): void;
}
