import { open } from 'node:fs/promises';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { badInput } from '../../lib/error.ts';

// The results of an export: 0 is SUCCESS and 1 is FAILED in ExportResultCode of @opentelemetry/core.
const success = { code: 0 };
const failure = (error: Error) => ({ code: 1, error });

/**
 * Creates an exporter that appends spans to a file. Each line is one `ExportTraceServiceRequest` in OTLP/JSON, as the
 * file format of the OpenTelemetry protocol requires (opentelemetry.io/docs/specs/otel/protocol/file-exporter).
 * @throws AirlockError `bad-input` if the file cannot be written.
 */
export async function createFileExporter(path: string): Promise<SpanExporter> {
  const file = await open(path, 'a', 0o600).catch((error: Error) => {
    throw badInput('telemetry.file', `cannot be written: ${error.message}`);
  });
  return {
    export(spans, done) {
      const line = Buffer.concat([JsonTraceSerializer.serializeRequest(spans) ?? Buffer.of(), Buffer.from('\n')]);
      // Each line is one write, so a concurrent reader sees complete lines, except perhaps the last one.
      file.appendFile(line).then(
        () => done(success),
        (error: Error) => done(failure(error)),
      );
    },
    shutdown: () => file.close(),
  };
}
