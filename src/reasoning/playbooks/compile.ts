import type { ParseResult } from '@marcbachmann/cel-js';
import { z } from 'zod';
import { actionOf, isClusterScoped } from '../../actions/registry.ts';
import type { Digest } from '../../lib/digest.ts';
import { measurementNames } from '../../domain/rehearsal/measurement-name.ts';
import type { PlaybookCause, PlaybookFile, PlaybookId, PlaybookTest } from '../../domain/plan/playbook.ts';
import type { ActionName } from '../../domain/plan/plan.ts';
import { createEnvironment } from './expressions.ts';

/** A valid playbook. All its expressions are parsed and type-checked. */
export interface Playbook extends PlaybookId {
  causes: PlaybookCause[];
  /** The playbook's values, in the order of the file. The expression of a value can use earlier values. */
  values: { name: string; compute: ParseResult }[];
  /** The playbook's conditions. `when`: the expression that must be true. `that`: the same condition for people. */
  evidence: { that: string; when: ParseResult }[];
  action: ActionName;
  /**
   * The parameters of the action. A parameter is free if the expression is only the name of one of the `values`, such
   * as `to: target`. A request, a schedule or an edit may choose a free parameter. `valueName`: the name of this value,
   * undefined if the parameter is not free.
   */
  parameters: { name: string; compute: ParseResult; valueName?: string | undefined }[];
  success: PlaybookFile['success'];
  /** What the plan does, with placeholders such as `{to}`. */
  summary: string;
  tests: PlaybookTest[];
}

/** A mistake in a playbook. */
export interface Problem {
  /** Path of the wrong field in the YAML file, such as `['values', 'target']`. */
  path: (string | number)[];
  reason: string;
}

/**
 * Parses the expressions of a playbook and checks everything that does not depend on evidence:
 * - the syntax, variables, fields and type of each expression
 * - the names of the values, the parameters of the action and the success measurements
 * - the placeholders in the summary
 * @param digest the digest of the bytes of the playbook file.
 * @returns the playbook, or all problems of the file.
 */
export function compile(file: PlaybookFile, digest: Digest): { playbook: Playbook } | { problems: Problem[] } {
  const problems: Problem[] = [];
  const { changedKind } = actionOf(file.action);
  const environment = createEnvironment(changedKind);
  // Checks the syntax and the type of one expression. Without `expected`, every type is accepted.
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
    ...missingParameters(file, [...types.keys()]),
    ...measurementProblems(file, changedKind),
    ...placeholderProblems(file),
  );
  if (problems.length > 0) return { problems };
  const { name, causes, action, success, summary, tests } = file;
  return { playbook: { name, digest, causes, values, evidence, action, parameters, success, summary, tests } };
}

/**
 * Returns the CEL type of each parameter of an action, by the name of the parameter. If a playbook cannot compute a
 * parameter, the type is a text for the error message. No CEL type equals this text, so `compile` reports a problem.
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

/** Returns one problem for each name in `names` (the action's parameters) that is not a parameter of the playbook. */
function missingParameters(file: PlaybookFile, names: string[]): Problem[] {
  return names
    .filter((name) => !(name in file.parameters))
    .map((name) => ({ path: ['parameters'], reason: `action ${file.action} needs parameter ${name}` }));
}

/**
 * Returns one problem for each measurement in `success` that objects of `changedKind` do not have. Policy would deny
 * the plan, because no rehearsal predicts such a measurement.
 */
function measurementProblems({ action, success }: PlaybookFile, changedKind: keyof typeof measurementNames): Problem[] {
  const known: readonly string[] = measurementNames[changedKind];
  return success
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path: ['success'],
      reason: `action ${action} changes a ${changedKind}, which has no measurement ${name}`,
    }));
}

/** Returns one problem for each unknown placeholder and each unpaired brace in the summary. */
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
