import type { ParseResult } from '@marcbachmann/cel-js';
import { z } from 'zod';
import { actionOf, isClusterScoped } from '../../actions/registry.ts';
import type { Digest } from '../../lib/digest.ts';
import { measurementNames } from '../../domain/rehearsal/measurement-name.ts';
import type { PlaybookCause, PlaybookFile, PlaybookId, PlaybookTest } from '../../domain/plan/playbook.ts';
import type { ActionName } from '../../domain/plan/plan.ts';
import { createEnvironment } from './expressions.ts';

/** A playbook after all checks. Its expressions are parsed and type-checked. */
export interface Playbook extends PlaybookId {
  causes: PlaybookCause[];
  /** The values in the order of the file. The expression of a value can use earlier values. */
  values: { name: string; compute: ParseResult }[];
  /** The playbook's conditions: `when` is the expression that must be true, and `that` says the same to people. */
  evidence: { that: string; when: ParseResult }[];
  action: ActionName;
  /**
   * If the expression of a parameter is only the name of one of the `values`, such as `to: target`, the parameter is
   * free: a request may choose the parameter. `valueName` is then this name. Otherwise `valueName` is undefined.
   */
  parameters: { name: string; compute: ParseResult; valueName?: string | undefined }[];
  success: PlaybookFile['success'];
  summary: string;
  tests: PlaybookTest[];
}

/** A mistake in a playbook, and its path in the YAML file. */
export interface Problem {
  path: (string | number)[];
  reason: string;
}

/**
 * Parses the expressions of a playbook and checks everything that does not depend on evidence: the syntax, variables,
 * fields and types of each expression, the names of the values, the action's parameters, the success measurements and
 * the summary's placeholders.
 * @returns the playbook, or all problems.
 */
export function compile(file: PlaybookFile, digest: Digest): { playbook: Playbook } | { problems: Problem[] } {
  const problems: Problem[] = [];
  const { targetKind } = actionOf(file.action);
  const environment = createEnvironment(targetKind);
  const check = (source: string, path: Problem['path'], expected?: string): ParseResult | undefined => {
    const { valid, type, error } = environment.check(source);
    if (!valid) problems.push({ path, reason: celReason(error) });
    else if (expected && type !== expected) problems.push({ path, reason: `expected type ${expected}, found ${type}` });
    else return environment.parse(source);
    return undefined;
  };

  const values = Object.entries(file.values).flatMap(([name, source]) => {
    const path = ['values', name];
    if (environment.hasVariable(name)) {
      problems.push({ path, reason: `${name} is already the name of a variable: choose another name` });
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
  const types = parameterTypes(file.action);
  const parameters = Object.entries(file.parameters).flatMap(([name, source]) => {
    const type = types.get(name);
    if (!type) {
      problems.push({ path: ['parameters', name], reason: `action ${file.action} has no parameter ${name}` });
      return [];
    }
    const compute = check(source, ['parameters', name], type);
    const valueName = Object.hasOwn(file.values, source) ? source : undefined;
    return compute ? [{ name, compute, valueName }] : [];
  });
  problems.push(
    ...missing(file, [...types.keys()]),
    ...measurementProblems(file, targetKind),
    ...placeholderProblems(file),
  );
  if (problems.length > 0) return { problems };
  const { name, causes, action, success, summary, tests } = file;
  return { playbook: { name, digest, causes, values, evidence, action, parameters, success, summary, tests } };
}

/**
 * Returns the CEL type of each parameter of an action, derived from the action's schema. If a playbook cannot compute a
 * parameter, the result is a text for the error message and equals no CEL type.
 */
function parameterTypes(action: ActionName): Map<string, string> {
  const { properties = {} } = z.toJSONSchema(actionOf(action).parameters);
  const celTypes: Record<string, string> = { string: 'string', integer: 'int' };
  return new Map(
    Object.entries(properties).map(([name, property]) => {
      const type = typeof property === 'object' && typeof property.type === 'string' ? property.type : '';
      return [name, celTypes[type] ?? `${type || 'unknown'}, which playbooks cannot compute`];
    }),
  );
}

/** Returns one problem for each parameter that the action needs and the playbook does not have. */
function missing(file: PlaybookFile, names: string[]): Problem[] {
  return names
    .filter((name) => !(name in file.parameters))
    .map((name) => ({ path: ['parameters'], reason: `action ${file.action} needs parameter ${name}` }));
}

/**
 * Returns one problem for each measurement in `success` that the changed kind of object does not have. Policy would
 * deny a plan with such a measurement.
 */
function measurementProblems({ action, success }: PlaybookFile, targetKind: keyof typeof measurementNames): Problem[] {
  const known: readonly string[] = measurementNames[targetKind];
  return success
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path: ['success'],
      reason: `action ${action} changes a ${targetKind}, which has no measurement ${name}`,
    }));
}

function placeholderProblems(file: PlaybookFile): Problem[] {
  const namespace = isClusterScoped(actionOf(file.action)) ? [] : ['namespace'];
  const known = new Set([...namespace, ...Object.keys(file.parameters)]);
  return [...file.summary.matchAll(/[{]([^{}]*)[}]|[{}]/g)]
    .filter(([, name]) => !known.has(name ?? ''))
    .map(([found]) => ({
      path: ['summary'],
      reason: `unknown placeholder ${found}, expected one of ${[...known].map((name) => `{${name}}`).join(', ')}`,
    }));
}

function celReason(error: { summary: string; range?: { start: number } | undefined } | undefined): string {
  const position = error?.range ? ` (at character ${String(error.range.start + 1)} of the expression)` : '';
  return `${error?.summary ?? 'invalid CEL expression'}${position}`;
}
