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

interface WrittenSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Attribute[];
}

/** All spans of one trace, from the files that the stack's processes export to. */
export async function readSpans(folder: string, trace: string): Promise<ReadSpan[]> {
  const files = await readdir(join(folder, 'traces'));
  const read = await Promise.all(files.map((file) => readFile(join(folder, 'traces', file), 'utf8')));
  const requests = read.flatMap((text) => text.split('\n').filter(Boolean)).map((line) => JSON.parse(line));
  return requests.flatMap(({ resourceSpans: [{ resource, scopeSpans }] }) => {
    const [service] = (resource.attributes as Attribute[]).filter(({ key }) => key === 'service.name');
    const spans = (scopeSpans as { spans: WrittenSpan[] }[]).flatMap((scope) => scope.spans);
    return spans
      .filter(({ traceId }) => traceId === trace)
      .map((span) => spanOf(span, String(service?.value['stringValue'])));
  });
}

function spanOf(written: WrittenSpan, process: string): ReadSpan {
  return {
    process,
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
