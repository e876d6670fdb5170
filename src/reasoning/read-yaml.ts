import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';

/** A file that was read: its value, and where in the file a path of it stands (`file:line:column`). */
export interface ReadYaml<T> {
  value: T;
  where(path: readonly PropertyKey[]): string;
}

const mostBytes = 256 * 1024;

/**
 * Reads one YAML 1.2 document against a schema.
 * @returns its value, or every problem as `file:line:column: field: reason`.
 */
export function readYaml<T>(
  file: string,
  bytes: Uint8Array,
  schema: z.ZodType<T>,
): ReadYaml<T> | { problems: string[] } {
  if (bytes.length > mostBytes) return { problems: [`${file}: is larger than ${String(mostBytes)} bytes`] };
  const text = decode(bytes);
  if (text === undefined) return { problems: [`${file}: is not UTF-8`] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${String(line)}:${String(col)}`;
  };
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0) return { problems: broken.map((error) => `${at(error.pos[0])}: ${error.message}`) };
  const where = (path: readonly PropertyKey[]): string => at(offsetOf(document, path));
  const content = toJs(document);
  if (content === tooManyAliases) return { problems: [`${file}: uses too many aliases`] };
  const parsed = schema.safeParse(content);
  if (parsed.success) return { value: parsed.data, where };
  const problems = parsed.error.issues.map(
    (issue) => `${where(issue.path)}: ${issue.path.join('.') || 'the document'}: ${issue.message}`,
  );
  return { problems };
}

const tooManyAliases = Symbol('too many aliases');

/** The document's value; a small file whose aliases unfold to a huge value is refused by the library. */
function toJs(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (error instanceof ReferenceError) return tooManyAliases;
    throw error;
  }
}

/** Where the value at a path starts, or the nearest one above it that is there. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
