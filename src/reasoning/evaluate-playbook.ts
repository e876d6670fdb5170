import { EvaluationError, type ParseResult } from '@marcbachmann/cel-js';
import { actionOf, bind } from '../actions/registry.ts';
import { propose } from '../actions/propose.ts';
import { actionParameters } from '../actions/request-parameters.ts';
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
import { variablesOf } from './view/view.ts';

/** A new plan. If there is no plan, `rejected` is the reason. */
export type PlanOrRejection = { plan: Plan } | { rejected: string };

/** The word for each kind of object in messages. */
const objectWords = { Deployment: 'workload', Node: 'node' };

/** For each cause of an incident: the reason why this cause does not trigger the playbook. */
const notTriggered: Record<PlaybookTrigger['cause'], (object: string) => string> = {
  alert: (object) => `none of the alerts that it handles is firing for this ${object}`,
  person: () => 'it does not accept requests from people',
  schedule: () => 'it does not accept schedules',
};

/** The message is the reason why the playbook makes no plan. `evaluatePlaybook` catches this error. */
class Rejection extends Error {
  override readonly name = 'Rejection';
}

/**
 * Evaluates one playbook for one incident. This function is pure: the same arguments give the same result. Each
 * parameter of the plan is an integer or the name of an observed object. So no other text of an alert, an event or a
 * request gets into the plan. The playbook's conditions must hold with the supplied parameters.
 */
export function evaluatePlaybook(playbook: Playbook, evidence: Evidence, trigger: PlaybookTrigger): PlanOrRejection {
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
  const { changedKind } = actionOf(playbook.action);
  if (changedKind !== kind)
    throw new Rejection(
      `it changes a ${objectWords[changedKind]}, but the incident is about a ${escapeForTerminal(kind)}`,
    );
  const alert = triggeringAlert(playbook.causes, evidence, trigger);
  if (!alert) throw new Rejection(notTriggered[trigger.cause](objectWords[changedKind]));
  const variables = variablesOf(evidence, alert);
  if (!variables)
    throw new Rejection(`the evidence does not contain ${escapeForTerminal(describeRef(evidence.subject))}`);
  const supplied = actionParameters(playbook.action, trigger.supplied);
  const context = contextOf(playbook, celContext(variables), chosenValues(playbook, supplied));
  const parameters = parametersOf({ ...playbook, supplied }, evidence, context);
  const { name, digest, action } = playbook;
  const { cluster } = evidence;
  const objects = objectsOf(evidence);
  const bound = bind(namespace, { action, parameters });
  const [refusal] = bound.action.refusals(bound.input, objects);
  if (refusal) throw new Rejection(`action ${action} refuses this change: ${escapeForTerminal(refusal)}`);
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
 * Computes the playbook's values and checks the playbook's conditions.
 * @param variables the variables of view.ts, as CEL values.
 * @param chosen the values that are not computed, by the name of the value. See `chosenValues`.
 * @returns the variables together with the playbook's values.
 * @throws Rejection if a value or condition cannot be computed, or if a condition does not hold.
 */
function contextOf(
  { values, evidence: conditions }: Playbook,
  variables: Record<string, unknown>,
  chosen: Map<string, unknown>,
): Record<string, unknown> {
  const context = { ...variables };
  for (const { name, compute } of values)
    context[name] = chosen.get(name) ?? evaluate(compute, context, `value ${name}`);
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
    // The library's message can quote the evidence. So only the library's error code gets into the reason.
    if (error instanceof EvaluationError)
      throw new Rejection(`${what} cannot be computed from this evidence: CEL error ${error.code}`);
    throw error;
  }
}

type Parameters = Record<string, string | number>;

/**
 * Returns the values that a request, a schedule or an edit chose, by name. Example: in add-capacity.yaml, the parameter
 * `to` has the expression `target`, which is the name of one of the playbook's values. A request with `to: 5` therefore
 * chooses 5 as `target`. Supplied parameters with other expressions are left out.
 */
function chosenValues({ parameters }: Playbook, supplied: GivenParameters): Map<string, unknown> {
  return new Map(
    parameters.flatMap(({ name, valueName }) => {
      const given = supplied[name];
      if (valueName === undefined || given === undefined) return [];
      return [[valueName, typeof given === 'number' ? BigInt(given) : given]];
    }),
  );
}

/**
 * Computes the parameters of the step.
 * @throws Rejection in these cases: a parameter cannot be computed, a text is not the name of an observed object, or a
 * supplied parameter differs from the computed value.
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
        `parameter ${name} must be ${escapeForTerminal(String(value))}: ` +
          'the playbook computes this parameter, so nobody can choose another value',
      );
    return [name, value] as const;
  });
  return Object.fromEntries(entries);
}

/** Converts the result of an expression into a parameter. A CEL integer is a `bigint`; a plan contains a number. */
function plain(value: unknown): string | number {
  return typeof value === 'bigint' ? Number(value) : (value as string | number);
}

function fill(template: string, values: Parameters): string {
  return template.replaceAll(/[{]([^{}]+)[}]/g, (_, name: string) => String(values[name]));
}
