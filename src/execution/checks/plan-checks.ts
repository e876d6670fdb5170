import { actionOf, bind } from '../../actions/catalogue.ts';
import { rulesOf } from '../../actions/rbac.ts';
import { sameJson } from '../../lib/json.ts';
import { actionIn, type Plan, type Step } from '../../domain/plan/plan.ts';
import type { ClusterFacts } from '../../domain/policy/policy-input.ts';
import type { Facts } from './facts.ts';

/** The dossier is about the incident it is asked for, on that incident's cluster. */
export function sameIncident({ dossier, incident }: Facts): string[] {
  const { statement } = dossier.rehearsal;
  const incidents = [dossier.incident, statement.incident];
  const clusters = [dossier.plan.cluster, statement.cluster];
  return [
    ...(incidents.every((id) => id === incident.id) ? [] : [`the dossier is of another incident than ${incident.id}`]),
    ...(clusters.every((name) => name === incident.cluster) ? [] : [`the dossier is not about ${incident.cluster}`]),
  ];
}

/** The gateway itself is configured for that cluster. */
export function clusterKnown({ dossier: { plan } }: Facts, clusters: readonly ClusterFacts[]): string[] {
  const known = clusters.some((cluster) => cluster.name === plan.cluster);
  return known ? [] : [`cluster ${plan.cluster} is not configured for the gateway`];
}

/**
 * One action for the steps and one for the undo (each minted identity carries one), each step once, parameters that the
 * catalogue accepts.
 */
export function planBinds({ dossier: { plan } }: Facts): string[] {
  const steps = [...plan.steps, ...plan.undo];
  const ids = new Set(steps.map((step) => step.id));
  return [
    ...(ids.size === steps.length ? [] : ['two steps of the plan have the same id']),
    ...steps.flatMap((step) => [...sameAction(step, plan), ...directionOf(step, plan), ...bindingOf(step, plan)]),
  ];
}

function sameAction({ id, action }: Step, plan: Plan): string[] {
  const wanted = plan.steps.some((step) => step.id === id) ? plan.action : actionIn(plan, 'undo');
  return action === wanted ? [] : [`step ${id} is ${action}, the plan is ${wanted}`];
}

function directionOf(step: Step, plan: Plan): string[] {
  const wanted = plan.steps.includes(step) ? 'do-' : 'undo-';
  return step.id.startsWith(wanted) ? [] : [`step ${step.id} stands among the ${wanted}steps`];
}

function bindingOf(step: Step, plan: Plan): string[] {
  try {
    bind(plan.namespace, step);
    return [];
  } catch (error) {
    return [`step ${step.id}: ${(error as Error).message}`];
  }
}

/**
 * The undo is what the catalogue says takes each step back, last step first. It is left out only where the catalogue
 * itself knows none for a step, with a reason.
 */
export function undoTakesBack({ dossier: { plan } }: Facts): string[] {
  const backs = plan.steps.toReversed().map(({ id, action, ...step }) => {
    const back = actionOf(action).undo(bind(plan.namespace, { action, ...step }).use);
    return { id: undoOf(id), ...('none' in back ? { action: null, parameters: null } : back) };
  });
  if (plan.undo.length === 0) {
    if (!plan.noUndo) return ['the plan has neither an undo nor a reason why not'];
    const none = backs.some(({ parameters }) => parameters === null);
    return none ? [] : ['the plan leaves its undo out, although the catalogue knows one'];
  }
  const given = plan.undo.map((step) => ({ id: step.id, action: step.action, parameters: step.parameters }));
  return sameJson(given, backs) ? [] : ['the undo is not what takes the steps back'];
}

/** Id of the step that takes another back. */
export function undoOf(step: string): string {
  return step.replace(/^do-/, 'undo-');
}

/** The RBAC that approvers saw is the smallest for the plan, derived here again. */
export function rulesAreThePlans({ dossier: { plan, rules } }: Facts): string[] {
  return (['do', 'undo'] as const)
    .filter((direction) => !sameJson(rules[direction], rulesOf(plan, direction)))
    .map((direction) => `the dossier's ${direction} rules are not those of its plan`);
}
