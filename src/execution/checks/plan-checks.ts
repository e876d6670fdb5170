import { actionOf, bind } from '../../actions/registry.ts';
import { rulesOf } from '../../actions/rbac.ts';
import { sameJson } from '../../lib/json/json.ts';
import { actionIn, type Plan, type Step } from '../../domain/plan/plan.ts';
import type { ClusterClassification } from '../../domain/policy/policy-input.ts';
import type { ExecutionContext } from './execution-context.ts';

/**
 * Passes if the dossier and its rehearsal belong to the given incident and to the cluster of this incident.
 * @returns the reasons why the check fails; empty if the check passes. Every check in this file returns such a list.
 */
export function belongsToIncident({ dossier, incident }: ExecutionContext): string[] {
  const { statement } = dossier.rehearsal;
  const incidents = [dossier.incident, statement.incident];
  const clusters = [dossier.plan.cluster, statement.cluster];
  return [
    ...(incidents.every((id) => id === incident.id)
      ? []
      : [`the dossier or its rehearsal belongs to another incident than ${incident.id}`]),
    ...(clusters.every((name) => name === incident.cluster)
      ? []
      : [`the dossier or its rehearsal belongs to another cluster than ${incident.cluster}`]),
  ];
}

/** Passes if the plan's cluster is in the gateway's configuration. */
export function clusterKnown(
  { dossier: { plan } }: ExecutionContext,
  clusters: readonly ClusterClassification[],
): string[] {
  const known = clusters.some((cluster) => cluster.name === plan.cluster);
  return known ? [] : [`cluster ${plan.cluster} is not configured for the gateway`];
}

/**
 * Passes if:
 * - All ids of steps and undo steps are different.
 * - The id of each step begins with `do-`, and the id of each undo step begins with `undo-`.
 * - Each step has the plan's action. All undo steps have the same action. Reason: a credential allows only one action.
 * - The action of each step and undo step accepts the parameters of the step and the namespace of the plan.
 */
export function stepsAreValid({ dossier: { plan } }: ExecutionContext): string[] {
  const steps = [...plan.steps, ...plan.undo];
  const ids = new Set(steps.map((step) => step.id));
  return [
    ...(ids.size === steps.length ? [] : ['two steps or undo steps of the plan have the same id']),
    ...steps.flatMap((step) => [
      ...actionExpected(step, plan),
      ...idMatchesDirection(step, plan),
      ...parametersAccepted(step, plan),
    ]),
  ];
}

function actionExpected({ id, action }: Step, plan: Plan): string[] {
  const expected = plan.steps.some((step) => step.id === id) ? plan.action : actionIn(plan, 'undo');
  return action === expected ? [] : [`step ${id} has action ${action} instead of ${expected}`];
}

function idMatchesDirection(step: Step, plan: Plan): string[] {
  const prefix = plan.steps.includes(step) ? 'do-' : 'undo-';
  return step.id.startsWith(prefix) ? [] : [`the id of step ${step.id} does not begin with ${prefix}`];
}

function parametersAccepted(step: Step, plan: Plan): string[] {
  try {
    bind(plan.namespace, step);
    return [];
  } catch (error) {
    return [`step ${step.id}: ${(error as Error).message}`];
  }
}

/**
 * Passes if the plan has one undo step for each step, in reverse order, with the action and parameters that undo the
 * step. Also passes if the plan has no undo steps, one of its steps cannot be undone, and the plan says why.
 */
export function undoRevertsSteps({ dossier: { plan } }: ExecutionContext): string[] {
  const expected = plan.steps.toReversed().map(({ id, action, ...step }) => {
    const undo = actionOf(action).undo(bind(plan.namespace, { action, ...step }).input);
    const revert = 'noUndo' in undo ? { action: null, parameters: null } : undo;
    return { id: undoIdOf(id), ...revert };
  });
  if (plan.undo.length === 0) {
    if (!plan.noUndo) return ['the plan has no undo steps and does not say why'];
    const impossible = expected.some(({ parameters }) => parameters === null);
    return impossible ? [] : ['the plan has no undo steps, although each step can be undone'];
  }
  const given = plan.undo.map((step) => ({ id: step.id, action: step.action, parameters: step.parameters }));
  return sameJson(given, expected) ? [] : ['the undo does not revert the steps'];
}

/** Returns the id of the undo step for a step. @param stepId for example `do-1`, whose undo step is `undo-1`. */
export function undoIdOf(stepId: string): string {
  return stepId.replace(/^do-/, 'undo-');
}

/** Passes if the dossier's RBAC rules are the smallest rules for its plan. The gateway derives these rules itself. */
export function rulesMatchPlan({ dossier: { plan, rules } }: ExecutionContext): string[] {
  return (['do', 'undo'] as const)
    .filter((direction) => !sameJson(rules[direction], rulesOf(plan, direction)))
    .map((direction) => `the dossier's RBAC rules for ${direction} are not the smallest rules for its plan`);
}
