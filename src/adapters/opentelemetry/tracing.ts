import { AsyncLocalStorage } from 'node:async_hooks';
import {
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace as api,
  TraceFlags,
  type Context,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  RandomIdGenerator,
  SimpleSpanProcessor,
  TracerProvider,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import type { ProcessName } from '../../domain/names.ts';
import type { Logger, PastSpan, SpanFacts, Tracing } from '../../platform/telemetry.ts';
import { createFileExporter } from './file-exporter.ts';
import { pastSpanId, rootSpanId } from './span-ids.ts';

/** Where a process's spans go; nowhere where both are left out. */
export interface Exports {
  /** A file to append to. */
  file?: string | undefined;
  /** Address that takes OTLP/HTTP, with its path: `http://collector:4318/v1/traces`. */
  otlp?: string | undefined;
}

/** Longest time that one try to export takes, its repetitions included: a process that ends waits no longer. */
const exportWithinMs = 3_000;

/**
 * The process's part of every incident's trace. Spans are written when they end; disposing writes what is left.
 * @throws AirlockError `bad-input` naming the field, where the file cannot be written.
 */
export async function createTracing(
  process: ProcessName,
  exports: Exports,
  log: Logger,
): Promise<Tracing & AsyncDisposable> {
  diag.setLogger(diagnostics(log), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const ids = createIds();
  const resource = resourceFromAttributes({ 'service.name': `airlock-${process}` });
  const provider = new TracerProvider({ resource, idGenerator: ids, spanProcessors: await processorsOf(exports) });
  const tracer = provider.getTracer('airlock');
  const current = new AsyncLocalStorage<Context>();

  const run = async <T>(parent: Context, span: { name: string; facts: SpanFacts }, work: () => Promise<T>) => {
    const started = tracer.startSpan(span.name, { attributes: span.facts }, parent);
    try {
      return await current.run(api.setSpan(parent, started), work);
    } catch (error) {
      started.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : 'failed' });
      throw error;
    } finally {
      started.end();
    }
  };
  const record = (id: { traceId: string; spanId: string }, span: PastSpan, parent: Context): void => {
    if (!isTraceId(id.traceId)) return;
    const options = { attributes: span.facts, startTime: new Date(span.start) };
    ids.next(id, () => tracer.startSpan(span.name, options, parent)).end(new Date(span.end));
  };
  return {
    under: (about, span, work) => (about && isTraceId(about.trace) ? run(rootOf(about.trace), span, work) : work()),
    within(name, facts, work) {
      const parent = current.getStore();
      return parent ? run(parent, { name, facts }, work) : work();
    },
    past: ({ trace }, span) => record({ traceId: trace, spanId: pastSpanId(trace, span) }, span, rootOf(trace)),
    root: ({ trace }, span) => record({ traceId: trace, spanId: rootSpanId(trace) }, span, ROOT_CONTEXT),
    [Symbol.asyncDispose]: () =>
      provider.shutdown().catch((error: Error) => log.warn({ problem: error.message }, 'the last spans are lost')),
  };
}

async function processorsOf({ file, otlp }: Exports): Promise<SpanProcessor[]> {
  const toFile = file && new SimpleSpanProcessor({ exporter: await createFileExporter(file) });
  const toCollector =
    otlp && new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: otlp, timeoutMillis: exportWithinMs }) });
  return [toFile, toCollector].filter((processor) => typeof processor === 'object');
}

/** W3C Trace Context: 32 lower-case hex digits, not all of them 0. What others send as a trace id may be anything. */
function isTraceId(trace: string): boolean {
  return /^(?!0{32})[0-9a-f]{32}$/.test(trace);
}

function rootOf(trace: string): Context {
  const root = { traceId: trace, spanId: rootSpanId(trace), traceFlags: TraceFlags.SAMPLED, isRemote: true };
  return api.setSpanContext(ROOT_CONTEXT, root);
}

/** Random ids, but for the one span that `next` makes: the SDK asks for ids while it starts a span, and only then. */
function createIds() {
  const random = new RandomIdGenerator();
  let planned: { traceId: string; spanId: string } | undefined;
  return {
    generateTraceId: () => planned?.traceId ?? random.generateTraceId(),
    generateSpanId: () => planned?.spanId ?? random.generateSpanId(),
    next<T>(ids: { traceId: string; spanId: string }, start: () => T): T {
      planned = ids;
      try {
        return start();
      } finally {
        planned = undefined;
      }
    },
  };
}

/** What the SDK has to say, such as that a collector does not answer, goes into the process's own log. */
function diagnostics(log: Logger) {
  const say = (level: 'warn' | 'debug') => (problem: string) => log[level]({ problem }, 'telemetry');
  return { error: say('warn'), warn: say('warn'), info: say('debug'), debug: say('debug'), verbose: say('debug') };
}
