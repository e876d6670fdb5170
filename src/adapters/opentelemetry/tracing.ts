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
import { AirlockError } from '../../lib/error.ts';
import type { ProcessName } from '../../domain/names.ts';
import type { PastSpan, SpanAttributes, Tracing } from '../../domain/incident/tracing.ts';
import type { Logger } from '../../platform/logger.ts';
import { createFileExporter } from './file-exporter.ts';
import { pastSpanId, rootSpanId } from './span-ids.ts';

/** Where a process exports its spans: to a file, to a collector, to both, or nowhere. */
export interface SpanDestinations {
  /** Path of a file. The spans are appended to the file. */
  file?: string | undefined;
  /** OTLP/HTTP address of a collector, with path: `http://collector:4318/v1/traces`. */
  otlp?: string | undefined;
}

/**
 * Deadline of one export to the collector, milliseconds. Retries of the export are included. At shutdown, a process
 * waits at most this long for the collector.
 */
const exportDeadlineMs = 3_000;

/**
 * Creates the tracing of one process. A span is exported after its end. Disposing exports the remaining spans.
 * @throws AirlockError `bad-input` if the file cannot be opened for writing. The message names `telemetry.file`.
 */
export async function createTracing(
  process: ProcessName,
  destinations: SpanDestinations,
  log: Logger,
): Promise<Tracing & AsyncDisposable> {
  diag.setLogger(sdkLogger(log), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const idGenerator = createIdGenerator();
  const resource = resourceFromAttributes({ 'service.name': `airlock-${process}` });
  const provider = new TracerProvider({ resource, idGenerator, spanProcessors: await processorsOf(destinations) });
  const tracer = provider.getTracer('airlock');
  const activeContext = new AsyncLocalStorage<Context>();

  const runInSpan = async <T>(
    parent: Context,
    span: { name: string; attributes: SpanAttributes },
    work: () => Promise<T>,
  ) => {
    const started = tracer.startSpan(span.name, { attributes: span.attributes }, parent);
    try {
      return await activeContext.run(api.setSpan(parent, started), work);
    } catch (error) {
      started.setStatus({ code: SpanStatusCode.ERROR, message: nameOf(error) });
      throw error;
    } finally {
      started.end();
    }
  };
  const record = (spanIds: { traceId: string; spanId: string }, span: PastSpan, parent: Context): void => {
    if (!isTraceId(spanIds.traceId)) return;
    const options = { attributes: span.attributes, startTime: new Date(span.start) };
    idGenerator.withIds(spanIds, () => tracer.startSpan(span.name, options, parent)).end(new Date(span.end));
  };
  return {
    inIncident: (context, span, work) =>
      context && isTraceId(context.trace) ? runInSpan(rootContext(context.trace), span, work) : work(),
    inChildSpan(name, attributes, work) {
      const parent = activeContext.getStore();
      return parent ? runInSpan(parent, { name, attributes }, work) : work();
    },
    recordSpan: ({ trace }, span) =>
      record({ traceId: trace, spanId: pastSpanId(trace, span) }, span, rootContext(trace)),
    recordRoot: ({ trace }, span) => record({ traceId: trace, spanId: rootSpanId(trace) }, span, ROOT_CONTEXT),
    [Symbol.asyncDispose]: () =>
      provider
        .shutdown()
        .catch((error: Error) => log.warn({ problem: error.message }, 'the last spans may not have been exported')),
  };
}

/**
 * Returns the code or the class name of an error, without the text of the error. The text can quote what a container or
 * a user wrote. People who may not read the journal may be able to read the spans in a collector.
 */
function nameOf(error: unknown): string {
  if (error instanceof AirlockError) return error.code;
  return error instanceof Error ? error.name : 'failed';
}

async function processorsOf({ file, otlp }: SpanDestinations): Promise<SpanProcessor[]> {
  const toFile = file && new SimpleSpanProcessor({ exporter: await createFileExporter(file) });
  const toCollector =
    otlp && new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: otlp, timeoutMillis: exportDeadlineMs }) });
  return [toFile, toCollector].filter((processor) => typeof processor === 'object');
}

/**
 * Returns true for a trace id of W3C Trace Context: 32 lower-case hex digits with at least one digit other than 0. The
 * check is needed because trace ids come from other processes.
 */
function isTraceId(trace: string): boolean {
  return /^(?!0{32})[0-9a-f]{32}$/.test(trace);
}

/** Returns the context of the incident's root span. New spans in this context become children of the root span. */
function rootContext(trace: string): Context {
  const root = { traceId: trace, spanId: rootSpanId(trace), traceFlags: TraceFlags.SAMPLED, isRemote: true };
  return api.setSpanContext(ROOT_CONTEXT, root);
}

/**
 * Generates the ids of spans. The SDK asks for ids while it starts a span. With `withIds`, the span that `start` starts
 * gets `ids`. All other spans get random ids.
 */
function createIdGenerator() {
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

/** Writes the messages of the OpenTelemetry SDK to the log of the process. */
function sdkLogger(log: Logger) {
  const logAt = (level: 'warn' | 'debug') => (problem: string) =>
    log[level]({ problem }, 'message of the OpenTelemetry SDK');
  return {
    error: logAt('warn'),
    warn: logAt('warn'),
    info: logAt('debug'),
    debug: logAt('debug'),
    verbose: logAt('debug'),
  };
}
