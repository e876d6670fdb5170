import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One span as a process exported it. Times in milliseconds. */
export interface ReadSpan {
  process: string;
  id: string;
  /** Empty for the root. */
  parent: string;
  name: string;
  start: number;
  end: number;
  /** Values of its attributes. */
  attributes: unknown[];
}

interface Attribute {
  key: string;
  value: Record<string, unknown>;
}

/** One span of OTLP/JSON. */
export interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status: { code: number; message?: string };
  attributes: Attribute[];
}

/** The spans of a file or of a request's body: one `ExportTraceServiceRequest` in OTLP/JSON on each line. */
export function spansIn(text: string): (OtlpSpan & { service: string })[] {
  const requests = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return requests.flatMap(({ resourceSpans: [{ resource, scopeSpans }] }) => {
    const [name] = (resource.attributes as Attribute[]).filter(({ key }) => key === 'service.name');
    const service = String(name?.value['stringValue']);
    return (scopeSpans as { spans: OtlpSpan[] }[]).flatMap(({ spans }) => spans.map((span) => ({ ...span, service })));
  });
}

/** All spans of one trace, from the files that the stack's processes export to. */
export async function readSpans(folder: string, trace: string): Promise<ReadSpan[]> {
  const files = await readdir(join(folder, 'traces'));
  const read = await Promise.all(files.map((file) => readFile(join(folder, 'traces', file), 'utf8')));
  return read
    .flatMap(spansIn)
    .filter(({ traceId }) => traceId === trace)
    .map(spanOf);
}

function spanOf(written: OtlpSpan & { service: string }): ReadSpan {
  return {
    process: written.service,
    id: written.spanId,
    parent: written.parentSpanId ?? '',
    name: written.name,
    start: Number(BigInt(written.startTimeUnixNano) / 1_000_000n),
    end: Number(BigInt(written.endTimeUnixNano) / 1_000_000n),
    attributes: written.attributes.flatMap(({ value }) => Object.values(value)),
  };
}

/** The log of a process. @throws SyntaxError for a line that is not JSON. */
export async function logLines(file: string): Promise<{ text: string; line: Record<string, unknown> }[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter(Boolean);
  return lines.map((text) => ({ text, line: JSON.parse(text) as Record<string, unknown> }));
}
