import { isNode, LineCounter, parseDocument, visit, type Document } from 'yaml';
import type { z } from 'zod';

/** Something wrong in a file. `reason` may quote the file. */
export interface YamlProblem {
  /** `file:line:column`, or the file alone where no place in it is wrong. */
  where: string;
  /** Path of the field, dotted; there where the file is YAML but does not fit. */
  field?: string;
  reason: string;
}

/** A file that was read: its value, and where in the file a path of it stands (`file:line:column`). */
export interface ReadYaml<T> {
  value: T;
  where(path: readonly PropertyKey[]): string;
}

const mostBytes = 256 * 1024;

/**
 * Reads one YAML 1.2 document against a schema.
 * @returns its value, or every problem with its place.
 */
export function readYaml<T>(
  file: string,
  bytes: Uint8Array,
  schema: z.ZodType<T>,
): ReadYaml<T> | { problems: YamlProblem[] } {
  const whole = (reason: string) => ({ problems: [{ where: file, reason }] });
  if (bytes.length > mostBytes) return whole(`is larger than ${String(mostBytes)} bytes`);
  const text = decode(bytes);
  if (text === undefined) return whole('is not UTF-8');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${String(line)}:${String(col)}`;
  };
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0)
    return { problems: broken.map(({ pos, message }) => ({ where: at(pos[0]), reason: message })) };
  const where = (path: readonly PropertyKey[]): string => at(offsetOf(document, path));
  const content = toJs(document);
  if (content === badAliases) {
    return { problems: [{ where: at(firstAlias(document)), reason: 'has an alias of nothing, or too many of them' }] };
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return { value: parsed.data, where };
  const problems = parsed.error.issues.map(({ path, message }) => ({
    where: where(path),
    field: path.join('.') || 'the document',
    reason: message,
  }));
  return { problems };
}

/** One line for people: `file:line:column: field: reason`. */
export function describeProblem({ where, field, reason }: YamlProblem): string {
  return [where, ...(field ? [field] : []), reason].join(': ');
}

const badAliases = Symbol('bad aliases');

/** The document's value. The library refuses aliases of nothing, and those that unfold a small file to a huge value. */
function toJs(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (error instanceof ReferenceError) return badAliases;
    throw error;
  }
}

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
