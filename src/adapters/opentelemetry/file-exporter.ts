import { open } from 'node:fs/promises';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { badInput } from '../../lib/error.ts';

// The codes are ExportResultCode.SUCCESS (0) and ExportResultCode.FAILED (1) of @opentelemetry/core.
const success = { code: 0 };
const failure = (error: Error) => ({ code: 1, error });

/**
 * Creates an exporter that appends spans to a file. Each line of the file is one `ExportTraceServiceRequest` in
 * OTLP/JSON (opentelemetry.io/docs/specs/otel/protocol/file-exporter).
 * @throws AirlockError `bad-input` if the file cannot be opened for writing.
 */
export async function createFileExporter(path: string): Promise<SpanExporter> {
  const file = await open(path, 'a', 0o600).catch((error: Error) => {
    throw badInput('telemetry.file', `cannot be opened for writing: ${error.message}`);
  });
  return {
    export(spans, done) {
      const line = Buffer.concat([JsonTraceSerializer.serializeRequest(spans) ?? Buffer.of(), Buffer.from('\n')]);
      // A line is appended in one call. A concurrent reader can see an incomplete line only at the end of the file.
      file.appendFile(line).then(
        () => done(success),
        (error: Error) => done(failure(error)),
      );
    },
    shutdown: () => file.close(),
  };
}
