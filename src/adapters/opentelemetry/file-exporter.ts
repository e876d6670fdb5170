import { open } from 'node:fs/promises';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { badInput } from '../../lib/error.ts';

// ExportResultCode of @opentelemetry/core.
const exported = { code: 0 };
const notExported = (error: Error) => ({ code: 1, error });

/**
 * Appends spans to a file, one OTLP/JSON `ExportTraceServiceRequest` per line: the file format of the OpenTelemetry
 * protocol (opentelemetry.io/docs/specs/otel/protocol/file-exporter).
 * @throws AirlockError `bad-input` when the file cannot be written.
 */
export async function createFileExporter(path: string): Promise<SpanExporter> {
  const file = await open(path, 'a', 0o600).catch((error: Error) => {
    throw badInput('telemetry.file', `cannot be written: ${error.message}`);
  });
  return {
    export(spans, done) {
      const line = Buffer.concat([JsonTraceSerializer.serializeRequest(spans) ?? Buffer.of(), Buffer.from('\n')]);
      // One write per line: a concurrent reader sees whole lines, except perhaps the last.
      file.appendFile(line).then(
        () => done(exported),
        (error: Error) => done(notExported(error)),
      );
    },
    shutdown: () => file.close(),
  };
}
