import type { Scope } from './phase.ts';
import type { Plan } from '../plan/plan.ts';
import type { Report } from '../rehearsal/report.ts';
import type { Phase, Tier } from './verdict.ts';

/** What the operator says about a cluster; part of the configuration of serve and of the gateway. */
export interface ClusterFacts {
  name: string;
  /** Such as `production` or `staging`. */
  class: string;
  /** Class of each namespace that has one; others are `standard`. */
  namespaceClasses: Record<string, string>;
}

/** Input of the Rego policy, derived from verified facts alone: by governance for a dossier, by the gateway again. */
export interface PolicyInput {
  cluster: { name: string; class: string };
  /** Absent for plans on cluster-scoped objects. */
  namespace?: { name: string; class: string };
  playbook: string;
  phase: Phase;
  /** ISO 8601, the asker's clock. */
  now: string;
  /** From the catalogue, never from the plan's author. */
  lowestTier: Tier;
  plan: { action: string; steps: { action: string; parameters: Record<string, string | number> }[]; undoable: boolean };
  report: {
    outcome: string;
    fidelity: string;
    reason: string;
    failedChecks: { id: string; sentence: string }[];
    unknowns: string[];
    /** How many predictions have each grade. */
    grades: Record<string, number>;
  };
}

/** Everything the input is made of. */
export interface PolicyFacts {
  cluster: ClusterFacts;
  plan: Plan;
  report: Report;
  phase: Phase;
  lowestTier: Tier;
  now: string;
}

/** Builds the policy's input. Pure, so that governance and the gateway cannot ask different questions. */
export function policyInput({ cluster, plan, report, phase, lowestTier, now }: PolicyFacts): PolicyInput {
  const grades: Record<string, number> = {};
  for (const { grade } of report.predictions) grades[grade] = (grades[grade] ?? 0) + 1;
  return {
    cluster: { name: cluster.name, class: cluster.class },
    ...(plan.namespace === undefined
      ? {}
      : { namespace: { name: plan.namespace, class: namespaceClassOf(cluster, plan.namespace) } }),
    playbook: plan.playbook.name,
    phase,
    now,
    lowestTier,
    plan: {
      action: plan.action,
      steps: plan.steps.map(({ action, parameters }) => ({ action, parameters })),
      undoable: plan.undo.length > 0,
    },
    report: {
      outcome: report.outcome,
      fidelity: report.fidelity,
      reason: report.reason,
      failedChecks: [...report.checks.filter((check) => !check.passed), ...unpredicted(plan, report)].map(
        ({ id, sentence }) => ({ id, sentence }),
      ),
      unknowns: report.unknowns,
      grades,
    },
  };
}

/** Class of what stands in no namespace, for phases; no namespace can be given it (config.ts). */
export const clusterScopeClass = 'cluster';

/** The scope whose phase decides how far a plan is trusted. */
export function scopeOf(cluster: ClusterFacts, { playbook, namespace }: Plan): Scope {
  const namespaceClass = namespaceClassOf(cluster, namespace);
  return { playbook: playbook.name, playbookDigest: playbook.digest, cluster: cluster.name, namespaceClass };
}

function namespaceClassOf({ namespaceClasses }: ClusterFacts, namespace: string | undefined): string {
  if (namespace === undefined) return clusterScopeClass;
  // A namespace may have the name of something that every object inherits.
  const own = Object.hasOwn(namespaceClasses, namespace) ? namespaceClasses[namespace] : undefined;
  return own ?? 'standard';
}

/** A plan whose success nobody can predict is judged like one whose check failed. */
function unpredicted(plan: Plan, report: Report): { id: string; sentence: string }[] {
  const known = new Set(report.predictions.filter(({ grade }) => grade !== 'unknown').map(({ fact }) => fact));
  return plan.success
    .filter((fact) => !known.has(fact))
    .map((fact) => ({ id: 'success', sentence: `the rehearsal does not predict ${fact}, by which success is judged` }));
}
