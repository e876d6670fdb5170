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
import type { PastSpan, SpanAttributes, Tracing } from '../../domain/incident/tracing.ts';
import type { Logger } from '../../platform/logger.ts';
import { createFileExporter } from './file-exporter.ts';
import { pastSpanId, rootSpanId } from './span-ids.ts';

/** Where a process sends its spans. If neither member is set, the process sends no spans. */
export interface SpanDestinations {
  /** A file to append to. */
  file?: string | undefined;
  /** Address of an OTLP/HTTP receiver, with its path: `http://collector:4318/v1/traces`. */
  otlp?: string | undefined;
}

/**
 * Deadline of one export over OTLP including its retries, milliseconds. At shutdown, a process waits at most this long
 * for the export of its spans.
 */
const exportWithinMs = 3_000;

/**
 * Records this process's spans in the traces of incidents. Each span is written after its end. Disposing writes the
 * spans that are not written yet.
 * @throws AirlockError `bad-input` if the file cannot be written. The error names the field of the configuration.
 */
export async function createTracing(
  process: ProcessName,
  destinations: SpanDestinations,
  log: Logger,
): Promise<Tracing & AsyncDisposable> {
  diag.setLogger(diagnostics(log), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const ids = createIds();
  const resource = resourceFromAttributes({ 'service.name': `airlock-${process}` });
  const provider = new TracerProvider({ resource, idGenerator: ids, spanProcessors: await processorsOf(destinations) });
  const tracer = provider.getTracer('airlock');
  const current = new AsyncLocalStorage<Context>();

  const run = async <T>(
    parent: Context,
    span: { name: string; attributes: SpanAttributes },
    work: () => Promise<T>,
  ) => {
    const started = tracer.startSpan(span.name, { attributes: span.attributes }, parent);
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
    const options = { attributes: span.attributes, startTime: new Date(span.start) };
    ids.withIds(id, () => tracer.startSpan(span.name, options, parent)).end(new Date(span.end));
  };
  return {
    inIncident: (context, span, work) =>
      context && isTraceId(context.trace) ? run(rootOf(context.trace), span, work) : work(),
    inChildSpan(name, attributes, work) {
      const parent = current.getStore();
      return parent ? run(parent, { name, attributes }, work) : work();
    },
    recordSpan: ({ trace }, span) => record({ traceId: trace, spanId: pastSpanId(trace, span) }, span, rootOf(trace)),
    recordRoot: ({ trace }, span) => record({ traceId: trace, spanId: rootSpanId(trace) }, span, ROOT_CONTEXT),
    [Symbol.asyncDispose]: () =>
      provider
        .shutdown()
        .catch((error: Error) => log.warn({ problem: error.message }, 'the last spans were not exported')),
  };
}

async function processorsOf({ file, otlp }: SpanDestinations): Promise<SpanProcessor[]> {
  const toFile = file && new SimpleSpanProcessor({ exporter: await createFileExporter(file) });
  const toCollector =
    otlp && new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: otlp, timeoutMillis: exportWithinMs }) });
  return [toFile, toCollector].filter((processor) => typeof processor === 'object');
}

/**
 * Returns true for a trace id of W3C Trace Context: 32 lower-case hex digits, not all of them 0. Trace ids come from
 * other processes, so each trace id is checked.
 */
function isTraceId(trace: string): boolean {
  return /^(?!0{32})[0-9a-f]{32}$/.test(trace);
}

function rootOf(trace: string): Context {
  const root = { traceId: trace, spanId: rootSpanId(trace), traceFlags: TraceFlags.SAMPLED, isRemote: true };
  return api.setSpanContext(ROOT_CONTEXT, root);
}

/**
 * Generates the ids of spans. `withIds` gives its ids to the span that `start` starts; every other span gets random
 * ids. The SDK asks for ids only while it starts a span.
 */
function createIds() {
  const random = new RandomIdGenerator();
  let fixed: { traceId: string; spanId: string } | undefined;
  return {
    generateTraceId: () => fixed?.traceId ?? random.generateTraceId(),
    generateSpanId: () => fixed?.spanId ?? random.generateSpanId(),
    withIds<T>(ids: { traceId: string; spanId: string }, start: () => T): T {
      fixed = ids;
      try {
        return start();
      } finally {
        fixed = undefined;
      }
    },
  };
}

/** Writes the SDK's messages to the log of the process, such as the message that a collector does not answer. */
function diagnostics(log: Logger) {
  const logAt = (level: 'warn' | 'debug') => (problem: string) => log[level]({ problem }, 'telemetry');
  return {
    error: logAt('warn'),
    warn: logAt('warn'),
    info: logAt('debug'),
    debug: logAt('debug'),
    verbose: logAt('debug'),
  };
}
