import { incident } from '../../execution/fixture.ts';
import type { Documents } from '../seed-incident.ts';

interface Operation {
  parameters?: { name: string; example?: string }[];
  requestBody?: { content: Record<string, { example?: unknown }> };
}

/** The members of the OpenAPI document that this file reads. */
export interface Described {
  paths: Record<string, Record<string, Operation>>;
}

interface Real {
  documents: Documents;
  /** Valid bodies by address (`:id` for a parameter) and media type. */
  bodies: Record<string, Record<string, object>>;
}

/**
 * The OpenAPI document for schemathesis: with examples that exist, so that routes also find objects; without streams,
 * which never end; and without classes that Python's regular expressions do not support.
 */
export function documentFor(described: Described, { documents, bodies }: Real): Described {
  const ended = Object.entries(described.paths).filter(([, methods]) => !isStream(methods));
  for (const [path, methods] of ended) {
    const known: Record<string, string> = {
      id: incident.id,
      digest: documents[path.split('/').at(-2) as keyof Documents],
    };
    for (const { parameters = [], requestBody } of Object.values(methods)) {
      for (const parameter of parameters) giveExample(parameter, known[parameter.name]);
      const good = bodies[path.replaceAll(/\{(\w+)\}/g, ':$1')];
      for (const [type, content] of Object.entries(requestBody?.content ?? {})) giveExample(content, good?.[type]);
    }
  }
  return withoutClasses({ ...described, paths: Object.fromEntries(ended) });
}

function isStream(methods: object): boolean {
  return JSON.stringify(methods).includes('"text/event-stream"');
}

function giveExample<T>(to: { example?: T }, example: T | undefined): void {
  if (example !== undefined) to.example = example;
}

/** Unicode classes as character ranges: Python's regular expressions have no names for them. */
const classes: Record<string, string> = {
  Cc: '\\u0000-\\u001f\\u007f-\\u009f',
  Cf: '\\u00ad\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\ufeff',
  Cs: '',
  Zl: '\\u2028',
  Zp: '\\u2029',
};

function withoutClasses<T>(document: T): T {
  const text = JSON.stringify(document).replaceAll(/\\\\p\{(\w+)\}/g, (_, name: string) => classes[name] ?? '');
  return JSON.parse(text) as T;
}
