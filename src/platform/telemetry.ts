import { pino, type Logger } from 'pino';
import type { About } from '../domain/incident/log-context.ts';
import type { ProcessName } from '../domain/names.ts';

export type { Logger };

/** Structured log of one process on standard error. Nothing secret is ever handed to it; known names are cut anyway. */
export function createLogger(process: ProcessName, level = 'info'): Logger {
  const hidden = ['token', 'proof', 'secretId', 'password', 'authorization', '*.token', '*.proof', '*.password'];
  return pino(
    { name: `airlock-${process}`, level, redact: { paths: hidden, censor: '[secret]' } },
    pino.destination(2),
  );
}

/** Small facts of a span: never a secret, never a text of any length. */
export type SpanFacts = Readonly<Record<string, string | number | boolean>>;

/** A span whose times are known from elsewhere, such as the journal. ISO 8601. */
export interface PastSpan {
  name: string;
  start: string;
  end: string;
  facts: SpanFacts;
}

/**
 * One OpenTelemetry trace per incident, whose id was made at intake. Whatever process works for the incident, and
 * however often that process was restarted, hangs its spans below the same root, whose id follows from the trace id.
 */
export interface Tracing {
  /** Runs work as a span directly below the root; without a usable trace id the work only runs. */
  under<T>(about: About | undefined, span: { name: string; facts: SpanFacts }, work: () => Promise<T>): Promise<T>;
  /** Runs work as a span below the one that it is called in; outside of one the work only runs. */
  within<T>(name: string, facts: SpanFacts, work: () => Promise<T>): Promise<T>;
  /** Records a span below the root. */
  past(about: About, span: PastSpan): void;
  /** Records the root itself. Again is the same span again. */
  root(about: About, span: PastSpan): void;
}
