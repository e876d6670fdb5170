import type { ParseResult } from '@marcbachmann/cel-js';
import { z } from 'zod';
import { actionOf, isClusterScoped } from '../../actions/catalogue.ts';
import type { Digest } from '../../lib/digest.ts';
import { factNames } from '../../domain/rehearsal/measurement-name.ts';
import type { PlaybookCause, PlaybookFile, PlaybookId, PlaybookTest } from '../../domain/plan/playbook.ts';
import type { ActionName } from '../../domain/plan/plan.ts';
import { createEnvironment } from './expressions.ts';

/** A playbook whose expressions were parsed and type-checked: nothing else is ever evaluated. */
export interface Playbook extends PlaybookId {
  causes: PlaybookCause[];
  /** In the order in which they are computed. */
  values: { name: string; compute: ParseResult }[];
  evidence: { that: string; when: ParseResult }[];
  action: ActionName;
  /** `value`: the one whose name is the whole expression; who asks may choose that, and nothing else. */
  parameters: { name: string; compute: ParseResult; value?: string | undefined }[];
  success: PlaybookFile['success'];
  summary: string;
  tests: PlaybookTest[];
}

/** Something wrong in a playbook, at a path of its YAML. */
export interface Problem {
  path: (string | number)[];
  reason: string;
}

/**
 * Checks everything about a playbook that can be known before there is evidence: syntax, variables, fields and types of
 * each expression, the action's parameters, the summary's placeholders.
 * @returns the playbook, or every problem there is.
 */
export function compile(file: PlaybookFile, digest: Digest): { playbook: Playbook } | { problems: Problem[] } {
  const problems: Problem[] = [];
  const { changes } = actionOf(file.action);
  const environment = createEnvironment(changes);
  const check = (source: string, path: Problem['path'], wanted?: string): ParseResult | undefined => {
    const { valid, type, error } = environment.check(source);
    if (!valid) problems.push({ path, reason: celReason(error) });
    else if (wanted && type !== wanted) problems.push({ path, reason: `expected type ${wanted}, found ${type}` });
    else return environment.parse(source);
    return undefined;
  };

  const values = Object.entries(file.values).flatMap(([name, source]) => {
    const path = ['values', name];
    if (environment.hasVariable(name)) {
      problems.push({ path, reason: `${name} is already the name of something else` });
      return [];
    }
    const compute = check(source, path);
    environment.registerVariable(name, compute?.check().type ?? 'dyn');
    return compute ? [{ name, compute }] : [];
  });
  const evidence = file.evidence.flatMap(({ that, when: source }, index) => {
    const when = check(source, ['evidence', index, 'when'], 'bool');
    return when ? [{ that, when }] : [];
  });
  const wanted = parameterTypes(file.action);
  const parameters = Object.entries(file.parameters).flatMap(([name, source]) => {
    const type = wanted.get(name);
    if (!type) {
      problems.push({ path: ['parameters', name], reason: `${file.action} has no parameter ${name}` });
      return [];
    }
    const compute = check(source, ['parameters', name], type);
    const value = Object.hasOwn(file.values, source) ? source : undefined;
    return compute ? [{ name, compute, value }] : [];
  });
  problems.push(...missing(file, [...wanted.keys()]), ...factProblems(file, changes), ...placeholderProblems(file));
  if (problems.length > 0) return { problems };
  const { name, causes, action, success, summary, tests } = file;
  return { playbook: { name, digest, causes, values, evidence, action, parameters, success, summary, tests } };
}

/** The CEL type of each parameter of an action, from the action's own schema. */
function parameterTypes(action: ActionName): Map<string, string> {
  const { properties = {} } = z.toJSONSchema(actionOf(action).parameters);
  const celTypes: Record<string, string> = { string: 'string', integer: 'int' };
  return new Map(
    Object.entries(properties).map(([name, property]) => {
      const type = typeof property === 'object' && typeof property.type === 'string' ? property.type : '';
      return [name, celTypes[type] ?? 'a parameter that playbooks cannot give'];
    }),
  );
}

function missing(file: PlaybookFile, names: string[]): Problem[] {
  return names
    .filter((name) => !(name in file.parameters))
    .map((name) => ({ path: ['parameters'], reason: `${file.action} needs parameter ${name}` }));
}

/** A fact that nobody can foretell of what the action changes would be denied by policy, each time. */
function factProblems({ action, success }: PlaybookFile, changes: keyof typeof factNames): Problem[] {
  const known: readonly string[] = factNames[changes];
  return success
    .filter((fact) => !known.includes(fact))
    .map((fact) => ({ path: ['success'], reason: `${action} changes a ${changes}, of which ${fact} is no fact` }));
}

function placeholderProblems(file: PlaybookFile): Problem[] {
  const place = isClusterScoped(actionOf(file.action)) ? [] : ['namespace'];
  const known = new Set([...place, ...Object.keys(file.parameters)]);
  return [...file.summary.matchAll(/[{]([^{}]*)[}]|[{}]/g)]
    .filter(([, name]) => !known.has(name ?? ''))
    .map(([found]) => ({
      path: ['summary'],
      reason: `${found} is no placeholder; known are ${[...known].map((name) => `{${name}}`).join(', ')}`,
    }));
}

function celReason(error: { summary: string; range?: { start: number } | undefined } | undefined): string {
  const at = error?.range ? ` (at character ${String(error.range.start + 1)} of the expression)` : '';
  return `${error?.summary ?? 'not accepted by CEL'}${at}`;
}
