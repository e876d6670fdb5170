import { actionOf, bind } from '../../actions/registry.ts';
import { rulesOf } from '../../actions/rbac.ts';
import { sameJson } from '../../lib/json/json.ts';
import { actionIn, type Plan, type Step } from '../../domain/plan/plan.ts';
import type { ClusterClassification } from '../../domain/policy/policy-input.ts';
import type { ExecutionContext } from './execution-context.ts';

/**
 * Passes if the dossier and its rehearsal belong to the incident of the execution and to the incident's cluster. Like
 * every check here, returns the reasons why the check fails; empty if the check passes.
 */
export function sameIncident({ dossier, incident }: ExecutionContext): string[] {
  const { statement } = dossier.rehearsal;
  const incidents = [dossier.incident, statement.incident];
  const clusters = [dossier.plan.cluster, statement.cluster];
  return [
    ...(incidents.every((id) => id === incident.id)
      ? []
      : [`the dossier belongs to another incident than ${incident.id}`]),
    ...(clusters.every((name) => name === incident.cluster) ? [] : [`the dossier is not about ${incident.cluster}`]),
  ];
}

/** Passes if the gateway is configured for the plan's cluster. */
export function clusterKnown(
  { dossier: { plan } }: ExecutionContext,
  clusters: readonly ClusterClassification[],
): string[] {
  const known = clusters.some((cluster) => cluster.name === plan.cluster);
  return known ? [] : [`cluster ${plan.cluster} is not configured for the gateway`];
}

/**
 * Passes if the step ids are unique and fit their direction (`do-...`, `undo-...`), all steps of a direction have the
 * same action, and each action accepts its parameters. The reason for one action per direction: the credential of an
 * execution is made for one action.
 */
export function stepsAreValid({ dossier: { plan } }: ExecutionContext): string[] {
  const steps = [...plan.steps, ...plan.undo];
  const ids = new Set(steps.map((step) => step.id));
  return [
    ...(ids.size === steps.length ? [] : ['two steps of the plan have the same id']),
    ...steps.flatMap((step) => [
      ...sameAction(step, plan),
      ...idMatchesDirection(step, plan),
      ...parametersAccepted(step, plan),
    ]),
  ];
}

function sameAction({ id, action }: Step, plan: Plan): string[] {
  const expected = plan.steps.some((step) => step.id === id) ? plan.action : actionIn(plan, 'undo');
  return action === expected ? [] : [`step ${id} has action ${action} instead of ${expected}`];
}

function idMatchesDirection(step: Step, plan: Plan): string[] {
  const prefix = plan.steps.includes(step) ? 'do-' : 'undo-';
  return step.id.startsWith(prefix) ? [] : [`step ${step.id} is listed among the ${prefix}steps`];
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
 * Passes if the undo steps are exactly the steps that the plan's actions define, in reverse order. Also passes for a
 * plan without undo steps, if one of its steps cannot be undone and the plan gives the reason.
 */
export function undoRevertsSteps({ dossier: { plan } }: ExecutionContext): string[] {
  const expected = plan.steps.toReversed().map(({ id, action, ...step }) => {
    const undo = actionOf(action).undo(bind(plan.namespace, { action, ...step }).input);
    const revert = 'none' in undo ? { action: null, parameters: null } : undo;
    return { id: undoOf(id), ...revert };
  });
  if (plan.undo.length === 0) {
    if (!plan.noUndo) return ['the plan has neither an undo nor a reason why it has none'];
    const impossible = expected.some(({ parameters }) => parameters === null);
    return impossible ? [] : ['the plan has no undo steps, although its action can be undone'];
  }
  const given = plan.undo.map((step) => ({ id: step.id, action: step.action, parameters: step.parameters }));
  return sameJson(given, expected) ? [] : ['the undo does not revert the steps'];
}

/** Returns the id of the undo step that reverts the step. */
export function undoOf(stepId: string): string {
  return stepId.replace(/^do-/, 'undo-');
}

/** Passes if the RBAC rules in the dossier are the smallest rules for its plan, as derived again from the plan here. */
export function rulesMatchPlan({ dossier: { plan, rules } }: ExecutionContext): string[] {
  return (['do', 'undo'] as const)
    .filter((direction) => !sameJson(rules[direction], rulesOf(plan, direction)))
    .map((direction) => `the dossier's RBAC rules for ${direction} are not the smallest rules for its plan`);
}
