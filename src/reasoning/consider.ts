import { EvaluationError, type ParseResult } from '@marcbachmann/cel-js';
import { actionOf, bind } from '../actions/catalogue.ts';
import { propose } from '../actions/propose.ts';
import { ownParameters } from '../actions/request-parameters.ts';
import { AirlockError } from '../lib/error.ts';
import { objectsOf, type Evidence } from '../domain/plan/evidence.ts';
import { describeRef } from '../domain/kubernetes/object.ts';
import type { Plan } from '../domain/plan/plan.ts';
import type { GivenParameters } from '../domain/approval/request.ts';
import { visible } from '../lib/escape-for-terminal.ts';
import { causeOf, type Occasion } from './cause-of.ts';
import type { Playbook } from './playbooks/compile.ts';
import { celContext } from './playbooks/expressions.ts';
import { view } from './view/view.ts';

/** What came of considering one playbook: the plan it would make, or one sentence why it does not fit. */
export type Considered = { plan: Plan } | { not: string };

/** What an action's object is called among people. */
const words = { Deployment: 'workload', Node: 'node' };

/** What did not start a playbook. */
const nobody = { alert: 'no firing alert', person: 'no person’s request', schedule: 'no schedule' };

/** Raised and caught in this file alone: the first thing that speaks against a playbook. */
class DoesNotFit extends Error {
  override readonly name = 'DoesNotFit';
}

/**
 * Considers one playbook for one incident. Pure: the same occasion and evidence give the same answer. Texts of alerts and
 * events can decide conditions, but what reaches the plan are integers and names of observed objects only, also where a
 * person gave them; and what a person gave is held to the same evidence as what is computed.
 */
export function consider(playbook: Playbook, evidence: Evidence, occasion: Occasion): Considered {
  try {
    return { plan: planOf(playbook, evidence, occasion) };
  } catch (error) {
    if (error instanceof DoesNotFit) return { not: error.message };
    if (error instanceof AirlockError) return { not: visible(error.message) };
    throw error;
  }
}

function planOf(playbook: Playbook, evidence: Evidence, occasion: Occasion): Plan {
  const { kind, namespace } = evidence.subject;
  const { changes } = actionOf(playbook.action);
  if (changes !== kind)
    throw new DoesNotFit(`it is about a ${words[changes]}, the incident is about a ${visible(kind)}`);
  const alert = causeOf(playbook.causes, evidence, occasion);
  if (!alert) throw new DoesNotFit(`${nobody[occasion.cause]} about this ${words[changes]} is one of its causes`);
  const seen = view(evidence, alert);
  if (!seen) throw new DoesNotFit(`${visible(describeRef(evidence.subject))} is not among the evidence`);
  const given = ownParameters(playbook.action, occasion.given);
  const context = holding(playbook, celContext(seen), chosenValues(playbook, given));
  const parameters = parametersOf({ ...playbook, given }, evidence, context);
  const { name, digest, action } = playbook;
  const { cluster } = evidence;
  const objects = objectsOf(evidence);
  const bound = bind(namespace, { action, parameters });
  const [refusal] = bound.action.refusals(bound.use, objects);
  if (refusal) throw new DoesNotFit(`action ${action} refuses: ${visible(refusal)}`);
  return {
    version: 'airlock-plan/1',
    cluster,
    ...(namespace === undefined ? {} : { namespace }),
    playbook: { name, digest },
    action,
    ...propose(namespace, [{ action, parameters }], objects),
    success: playbook.success,
    summary: fill(playbook.summary, { ...parameters, namespace: namespace ?? '' }),
  };
}

/** The context with the playbook's values. @throws DoesNotFit the first of its conditions that does not hold. */
function holding(
  { values, evidence }: Playbook,
  seen: Record<string, unknown>,
  chosen: Map<string, unknown>,
): Record<string, unknown> {
  const context = { ...seen };
  for (const { name, compute } of values)
    context[name] = chosen.get(name) ?? evaluate(compute, context, `value ${name}`);
  for (const { that, when } of evidence) {
    if (evaluate(when, context, `condition "${that}"`) !== true) throw new DoesNotFit(`does not hold: ${that}`);
  }
  return context;
}

function evaluate(expression: ParseResult, context: Record<string, unknown>, what: string): unknown {
  try {
    return expression(context);
  } catch (error) {
    // The code alone: the library's sentence may quote the evidence.
    if (error instanceof EvaluationError) throw new DoesNotFit(`${what} cannot be computed here: ${error.code}`);
    throw error;
  }
}

type Parameters = Record<string, string | number>;

/**
 * What was given, where the playbook computes the parameter from one value of its own: from here on it is that value, so
 * that every later value and every condition is about what would be done.
 */
function chosenValues({ parameters }: Playbook, given: GivenParameters): Map<string, unknown> {
  return new Map(
    parameters.flatMap(({ name, value }) => {
      const own = given[name];
      if (value === undefined || own === undefined) return [];
      return [[value, typeof own === 'number' ? BigInt(own) : own]];
    }),
  );
}

/**
 * A text counts only as the name of an observed object, so that nobody can put words of their own into a plan. What was
 * given and is no value of the playbook has to be what the playbook computes: nothing else there is about it.
 */
function parametersOf(
  { parameters, given }: Pick<Playbook, 'parameters'> & { given: GivenParameters },
  evidence: Evidence,
  context: Record<string, unknown>,
): Parameters {
  const names = new Set(objectsOf(evidence).map((object) => object.metadata.name));
  const entries = parameters.map(({ name, compute }) => {
    const value = plain(evaluate(compute, context, `parameter ${name}`));
    for (const each of [given[name] ?? value, value]) {
      if (typeof each !== 'number' && !names.has(each))
        throw new DoesNotFit(`parameter ${name} is not the name of an observed object`);
    }
    if ((given[name] ?? value) !== value)
      throw new DoesNotFit(
        `parameter ${name} is ${visible(String(value))} by this evidence, and not for anybody to choose`,
      );
    return [name, value] as const;
  });
  return Object.fromEntries(entries);
}

/** An expression's answer as plans have it. */
function plain(value: unknown): string | number {
  return typeof value === 'bigint' ? Number(value) : (value as string | number);
}

function fill(template: string, values: Parameters): string {
  return template.replaceAll(/[{]([^{}]+)[}]/g, (_, name: string) => String(values[name]));
}
