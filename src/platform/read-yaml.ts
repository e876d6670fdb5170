import { isNode, LineCounter, parseDocument, visit, type Document } from 'yaml';
import type { z } from 'zod';
import { textOf } from '../lib/utf8.ts';

/** A problem in a file. `reason` may quote the file. */
export interface YamlProblem {
  /** `file:line:column`, or the file alone if the problem has no position. */
  where: string;
  /** Path of the wrong field, such as `clusters.0.name`, or `the document`. Absent if the file was not parsed. */
  field?: string;
  reason: string;
}

/** The value of a valid file. */
export interface ReadYaml<T> {
  value: T;
  /** Returns the position (`file:line:column`) of the field with this path, or of its nearest parent in the file. */
  where(path: readonly PropertyKey[]): string;
}

/** Largest accepted file, bytes. */
const maxBytes = 256 * 1024;

/**
 * Parses one YAML 1.2 document and checks it against a schema.
 * @returns the document's value, or the problems with their positions.
 */
export function readYaml<T>(
  file: string,
  bytes: Uint8Array,
  schema: z.ZodType<T>,
): ReadYaml<T> | { problems: YamlProblem[] } {
  const refuseFile = (reason: string) => ({ problems: [{ where: file, reason }] });
  if (bytes.length > maxBytes) return refuseFile(`is larger than ${String(maxBytes)} bytes`);
  const text = textOf(bytes);
  if (text === undefined) return refuseFile('is not UTF-8');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${String(line)}:${String(col)}`;
  };
  const syntaxProblems = [...document.errors, ...document.warnings];
  if (syntaxProblems.length > 0)
    return { problems: syntaxProblems.map(({ pos, message }) => ({ where: at(pos[0]), reason: message })) };
  const where = (path: readonly PropertyKey[]): string => at(offsetOf(document, path));
  const content = contentOf(document);
  if (!content) {
    const reason = 'has an alias without an anchor, or too many aliases';
    return { problems: [{ where: at(firstAlias(document)), reason }] };
  }
  const parsed = schema.safeParse(content.value);
  if (parsed.success) return { value: parsed.data, where };
  const problems = parsed.error.issues.map(({ path, message }) => ({
    where: where(path),
    field: path.join('.') || 'the document',
    reason: message,
  }));
  return { problems };
}

/** Returns the problem as one line: `file:line:column: field: reason`. */
export function describeProblem({ where, field, reason }: YamlProblem): string {
  return [where, ...(field ? [field] : []), reason].join(': ');
}

/**
 * Returns the document's value, or undefined if the library refuses the document's aliases: an alias has no anchor, or
 * a small file would become a huge value.
 */
function contentOf(document: Document.Parsed): { value: unknown } | undefined {
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) };
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}

/** Returns the offset of the document's first alias. */
function firstAlias(document: Document.Parsed): number {
  let offset = 0;
  visit(document, {
    Alias: (_key, { range }) => {
      offset = range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}

/** Returns the offset of the value at a path. If there is no such value, returns the offset of its nearest parent. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}
