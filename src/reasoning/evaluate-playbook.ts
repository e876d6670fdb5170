import { EvaluationError, type ParseResult } from '@marcbachmann/cel-js';
import { actionOf, bind } from '../actions/registry.ts';
import { propose } from '../actions/propose.ts';
import { ownParameters } from '../actions/request-parameters.ts';
import { omitUndefined } from '../lib/omit-undefined.ts';
import { AirlockError } from '../lib/error.ts';
import { objectsOf, type Evidence } from '../domain/plan/evidence.ts';
import { describeRef } from '../domain/kubernetes/object.ts';
import type { Plan } from '../domain/plan/plan.ts';
import type { GivenParameters } from '../domain/approval/request.ts';
import { escapeForTerminal } from '../lib/escape-for-terminal.ts';
import { triggeringAlert, type PlaybookTrigger } from './triggering-alert.ts';
import type { Playbook } from './playbooks/compile.ts';
import { celContext } from './playbooks/expressions.ts';
import { view } from './view/view.ts';

/**
 * The result of evaluating a playbook for an incident: a plan, or one sentence that says why there is no plan.
 */
export type Evaluation = { plan: Plan } | { rejected: string };

/** The words that messages use for kinds of objects. */
const objectWords = { Deployment: 'workload', Node: 'node' };

/** For each cause of an incident: the message if this cause does not trigger the playbook. */
const missingTrigger: Record<PlaybookTrigger['cause'], (object: string) => string> = {
  alert: (object) => `none of the alerts that it handles is firing for this ${object}`,
  person: () => 'it does not accept requests from people',
  schedule: () => 'it does not accept schedules',
};

/** The first reason why a playbook makes no plan. Only this file throws and catches it. */
class Rejection extends Error {
  override readonly name = 'Rejection';
}

/**
 * Evaluates one playbook for one incident. Pure: the same trigger and evidence give the same result. Texts of alerts
 * and events can make a condition true or false, but never reach the plan. Every parameter is an integer or the name of
 * an observed object, even if a person supplied the parameter. The playbook's conditions must hold with the supplied
 * parameters.
 */
export function evaluatePlaybook(playbook: Playbook, evidence: Evidence, trigger: PlaybookTrigger): Evaluation {
  try {
    return { plan: planOf(playbook, evidence, trigger) };
  } catch (error) {
    if (error instanceof Rejection) return { rejected: error.message };
    if (error instanceof AirlockError) return { rejected: escapeForTerminal(error.message) };
    throw error;
  }
}

function planOf(playbook: Playbook, evidence: Evidence, trigger: PlaybookTrigger): Plan {
  const { kind, namespace } = evidence.subject;
  const { targetKind } = actionOf(playbook.action);
  if (targetKind !== kind)
    throw new Rejection(
      `it changes a ${objectWords[targetKind]}, but the incident is about a ${escapeForTerminal(kind)}`,
    );
  const alert = triggeringAlert(playbook.causes, evidence, trigger);
  if (!alert) throw new Rejection(missingTrigger[trigger.cause](objectWords[targetKind]));
  const variables = view(evidence, alert);
  if (!variables)
    throw new Rejection(`the evidence does not contain ${escapeForTerminal(describeRef(evidence.subject))}`);
  const supplied = ownParameters(playbook.action, trigger.supplied);
  const context = contextOf(playbook, celContext(variables), suppliedValues(playbook, supplied));
  const parameters = parametersOf({ ...playbook, supplied }, evidence, context);
  const { name, digest, action } = playbook;
  const { cluster } = evidence;
  const objects = objectsOf(evidence);
  const bound = bind(namespace, { action, parameters });
  const [refusal] = bound.action.refusals(bound.input, objects);
  if (refusal) throw new Rejection(`action ${action} refuses: ${escapeForTerminal(refusal)}`);
  return omitUndefined({
    version: 'airlock-plan/1' as const,
    cluster,
    namespace,
    playbook: { name, digest },
    action,
    ...propose(namespace, [{ action, parameters }], objects),
    success: playbook.success,
    summary: fill(playbook.summary, { ...parameters, namespace: namespace ?? '' }),
  });
}

/**
 * Returns the variables of the expressions: those of the view (see view.ts), and the playbook's values.
 * @throws Rejection with the first value that cannot be computed, or the first condition that does not hold.
 */
function contextOf(
  { values, evidence: conditions }: Playbook,
  variables: Record<string, unknown>,
  supplied: Map<string, unknown>,
): Record<string, unknown> {
  const context = { ...variables };
  for (const { name, compute } of values)
    context[name] = supplied.get(name) ?? evaluate(compute, context, `value ${name}`);
  for (const { that: description, when: expression } of conditions) {
    if (evaluate(expression, context, `condition "${description}"`) !== true)
      throw new Rejection(`condition does not hold: ${description}`);
  }
  return context;
}

function evaluate(expression: ParseResult, context: Record<string, unknown>, what: string): unknown {
  try {
    return expression(context);
  } catch (error) {
    // The message contains only the error code, because the library's message can quote the evidence.
    if (error instanceof EvaluationError)
      throw new Rejection(`${what} cannot be computed from this evidence: CEL error ${error.code}`);
    throw error;
  }
}

type Parameters = Record<string, string | number>;

/**
 * A parameter is free if its expression is only the name of one of the playbook's values, such as `to: target` in
 * add-capacity.yaml. A request may choose a free parameter. Returns the chosen parameters; the key is the name of the
 * value (here `target`). The choice replaces this value before later values and all conditions are computed.
 */
function suppliedValues({ parameters }: Playbook, supplied: GivenParameters): Map<string, unknown> {
  return new Map(
    parameters.flatMap(({ name, valueName }) => {
      const given = supplied[name];
      if (valueName === undefined || given === undefined) return [];
      return [[valueName, typeof given === 'number' ? BigInt(given) : given]];
    }),
  );
}

/**
 * Computes the parameters of the step. A text must be the name of an observed object, so nobody can put other text into
 * a plan. A supplied parameter that is not free must equal the computed value.
 */
function parametersOf(
  { parameters, supplied }: Pick<Playbook, 'parameters'> & { supplied: GivenParameters },
  evidence: Evidence,
  context: Record<string, unknown>,
): Parameters {
  const names = new Set(objectsOf(evidence).map((object) => object.metadata.name));
  const entries = parameters.map(({ name, compute }) => {
    const value = plain(evaluate(compute, context, `parameter ${name}`));
    for (const each of [supplied[name] ?? value, value]) {
      if (typeof each !== 'number' && !names.has(each))
        throw new Rejection(`parameter ${name} is not the name of an observed object`);
    }
    if ((supplied[name] ?? value) !== value)
      throw new Rejection(
        `parameter ${name} must be ${escapeForTerminal(String(value))}, as computed from the evidence: this playbook does not let a request choose it`,
      );
    return [name, value] as const;
  });
  return Object.fromEntries(entries);
}

/** Converts the result of an expression into a parameter of a plan. CEL integers are `bigint`; a plan has numbers. */
function plain(value: unknown): string | number {
  return typeof value === 'bigint' ? Number(value) : (value as string | number);
}

function fill(template: string, values: Parameters): string {
  return template.replaceAll(/[{]([^{}]+)[}]/g, (_, name: string) => String(values[name]));
}
