import { EvaluationError, type ParseResult } from '@marcbachmann/cel-js';
import { actionOf, bind } from '../actions/registry.ts';
import { propose } from '../actions/propose.ts';
import { ownParameters } from '../actions/request-parameters.ts';
import { defined } from '../lib/defined.ts';
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

/** The result of evaluating a playbook for an incident: the plan that it makes, or why it makes none, in one sentence. */
export type Evaluation = { plan: Plan } | { rejected: string };

/** The kind of object that an action changes, in messages for people. */
const objectWords = { Deployment: 'workload', Node: 'node' };

/** By cause of an incident: the message when the playbook does not list that cause. */
const missingTrigger: Record<PlaybookTrigger['cause'], (object: string) => string> = {
  alert: (object) => `no firing alert about this ${object} matches its causes`,
  person: () => 'it does not accept requests from people',
  schedule: () => 'it does not accept schedules',
};

/** The first reason why a playbook makes no plan. Thrown and caught in this file only. */
class Rejection extends Error {
  override readonly name = 'Rejection';
}

/**
 * Evaluates one playbook for one incident. Pure: the same trigger and evidence give the same result. Texts of alerts and
 * events can decide conditions, but only integers and names of observed objects reach the plan, also when a person
 * supplies them. The same conditions must hold for supplied parameters as for computed ones.
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
  const { changes } = actionOf(playbook.action);
  if (changes !== kind)
    throw new Rejection(`it changes a ${objectWords[changes]}, but the incident is about a ${escapeForTerminal(kind)}`);
  const alert = triggeringAlert(playbook.causes, evidence, trigger);
  if (!alert) throw new Rejection(missingTrigger[trigger.cause](objectWords[changes]));
  const viewed = view(evidence, alert);
  if (!viewed) throw new Rejection(`the evidence does not contain ${escapeForTerminal(describeRef(evidence.subject))}`);
  const supplied = ownParameters(playbook.action, trigger.supplied);
  const context = contextOf(playbook, celContext(viewed), suppliedValues(playbook, supplied));
  const parameters = parametersOf({ ...playbook, supplied }, evidence, context);
  const { name, digest, action } = playbook;
  const { cluster } = evidence;
  const objects = objectsOf(evidence);
  const bound = bind(namespace, { action, parameters });
  const [refusal] = bound.action.refusals(bound.use, objects);
  if (refusal) throw new Rejection(`action ${action} refuses: ${escapeForTerminal(refusal)}`);
  return defined({
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

/** The view and the playbook's values, by name. @throws Rejection with the first condition that does not hold. */
function contextOf(
  { values, evidence }: Playbook,
  viewed: Record<string, unknown>,
  supplied: Map<string, unknown>,
): Record<string, unknown> {
  const context = { ...viewed };
  for (const { name, compute } of values)
    context[name] = supplied.get(name) ?? evaluate(compute, context, `value ${name}`);
  for (const { that, when } of evidence) {
    if (evaluate(when, context, `condition "${that}"`) !== true)
      throw new Rejection(`condition does not hold: ${that}`);
  }
  return context;
}

function evaluate(expression: ParseResult, context: Record<string, unknown>, what: string): unknown {
  try {
    return expression(context);
  } catch (error) {
    // Only the code: the library's message can quote the evidence.
    if (error instanceof EvaluationError)
      throw new Rejection(`${what} cannot be computed from this evidence: CEL error ${error.code}`);
    throw error;
  }
}

type Parameters = Record<string, string | number>;

/**
 * The playbook's values that supplied parameters replace. A parameter whose expression is only the name of a value is
 * free: the supplied parameter becomes that value, so later values and all conditions apply to what would be done.
 */
function suppliedValues({ parameters }: Playbook, supplied: GivenParameters): Map<string, unknown> {
  return new Map(
    parameters.flatMap(({ name, value }) => {
      const own = supplied[name];
      if (value === undefined || own === undefined) return [];
      return [[value, typeof own === 'number' ? BigInt(own) : own]];
    }),
  );
}

/**
 * The parameters of the step. A text must be the name of an observed object, so nobody can put other text into a plan.
 * A parameter that the requester supplied and the playbook does not declare as free must equal the computed value.
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

/** An expression's result as a parameter of a plan: CEL integers are bigint. */
function plain(value: unknown): string | number {
  return typeof value === 'bigint' ? Number(value) : (value as string | number);
}

function fill(template: string, values: Parameters): string {
  return template.replaceAll(/[{]([^{}]+)[}]/g, (_, name: string) => String(values[name]));
}
