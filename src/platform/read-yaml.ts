import { isNode, LineCounter, parseDocument, visit, type Document } from 'yaml';
import type { z } from 'zod';
import { decodeUtf8 } from '../lib/utf8.ts';

/** A problem of a file. */
export interface YamlProblem {
  /** `file:line:column`. Only the path of the file if the file is too large or not UTF-8. */
  where: string;
  /**
   * Path of the field that does not fit the schema, such as `clusters.0.name`; `the document` for the whole document.
   * Absent if the content could not be checked against the schema.
   */
  field?: string;
  /** May quote the file. */
  reason: string;
}

/** The content of a valid file. */
export interface ValidYaml<T> {
  value: T;
  /**
   * Returns the position (`file:line:column`) of the field with this path. For a missing field, returns the position of
   * the nearest parent that exists.
   */
  positionOf(path: readonly PropertyKey[]): string;
}

/** Largest accepted file, bytes. */
export const maxYamlBytes = 256 * 1024;

/**
 * Parses a file with one YAML 1.2 document, and checks the content against a schema.
 * @param file path of the file; shown in the problems.
 */
export function readYaml<T>(
  file: string,
  bytes: Uint8Array,
  schema: z.ZodType<T>,
): ValidYaml<T> | { problems: YamlProblem[] } {
  const problemOfFile = (reason: string) => ({ problems: [{ where: file, reason }] });
  if (bytes.length > maxYamlBytes) return problemOfFile(`is larger than ${String(maxYamlBytes)} bytes`);
  const text = decodeUtf8(bytes);
  if (text === undefined) return problemOfFile('is not UTF-8');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${String(line)}:${String(col)}`;
  };
  const syntaxProblems = [...document.errors, ...document.warnings];
  if (syntaxProblems.length > 0)
    return { problems: syntaxProblems.map(({ pos, message }) => ({ where: at(pos[0]), reason: message })) };
  const positionOf = (path: readonly PropertyKey[]): string => at(offsetOf(document, path));
  const content = contentOf(document);
  if (!content) {
    const reason = 'has an alias without an anchor, or too many aliases';
    return { problems: [{ where: at(offsetOfFirstAlias(document)), reason }] };
  }
  const parsed = schema.safeParse(content.value);
  if (parsed.success) return { value: parsed.data, positionOf };
  const problems = parsed.error.issues.map(({ path, message }) => ({
    where: positionOf(path),
    field: path.join('.') || 'the document',
    reason: message,
  }));
  return { problems };
}

/** Returns a text such as `file:line:column: field: reason`. */
export function describeProblem({ where, field, reason }: YamlProblem): string {
  return [where, ...(field ? [field] : []), reason].join(': ');
}

/**
 * Returns the document's value. Returns undefined if an alias has no anchor, or if many aliases would turn a small file
 * into a huge value.
 */
function contentOf(document: Document.Parsed): { value: unknown } | undefined {
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) };
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}

function offsetOfFirstAlias(document: Document.Parsed): number {
  let offset = 0;
  visit(document, {
    Alias: (_key, { range }) => {
      offset = range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}

/** Returns the offset of the value at this path. For a missing value, returns the offset of the nearest parent. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}
