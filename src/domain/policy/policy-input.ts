import { omitUndefined } from '../../lib/omit-undefined.ts';
import type { Scope } from './phase.ts';
import type { Plan } from '../plan/plan.ts';
import type { Report } from '../rehearsal/report.ts';
import type { Phase, Tier } from './verdict.ts';

/** The operator's classification of a cluster, from the configuration of `airlock serve` or of `airlock gateway`. */
export interface ClusterClassification {
  name: string;
  /** Such as `production` or `staging`. */
  class: string;
  /** For each namespace, its class. A namespace that is not listed has the class `standard`. */
  namespaceClasses: Record<string, string>;
}

/**
 * The input of the Rego policy. Governance builds the input for a dossier, and the gateway builds the input again
 * before execution. Each builds it from the plan, the signed report, and its own configuration and clock.
 */
export interface PolicyInput {
  cluster: { name: string; class: string };
  /** Absent for plans on cluster-scoped objects. */
  namespace?: { name: string; class: string };
  playbook: string;
  phase: Phase;
  /** ISO 8601, from the caller's clock. */
  now: string;
  /** The lowest tier that the action catalogue allows for the plan. */
  lowestTier: Tier;
  plan: { action: string; steps: { action: string; parameters: Record<string, string | number> }[]; undoable: boolean };
  report: {
    outcome: string;
    fidelity: string;
    reason: string;
    failedChecks: { id: string; sentence: string }[];
    unknowns: string[];
    /** Number of predictions of each grade. */
    grades: Record<string, number>;
  };
}

/** The values from which the policy input is built. */
export interface PolicySources {
  cluster: ClusterClassification;
  plan: Plan;
  report: Report;
  phase: Phase;
  lowestTier: Tier;
  now: string;
}

/** Builds the policy input. The function is pure: the same values give the same input. */
export function policyInput({ cluster, plan, report, phase, lowestTier, now }: PolicySources): PolicyInput {
  const { namespace } = plan;
  const grades: Record<string, number> = {};
  for (const { grade } of report.predictions) grades[grade] = (grades[grade] ?? 0) + 1;
  return omitUndefined({
    cluster: { name: cluster.name, class: cluster.class },
    namespace: namespace === undefined ? undefined : { name: namespace, class: namespaceClassOf(cluster, namespace) },
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
  });
}

/**
 * Namespace class of plans on cluster-scoped objects. The configuration cannot give this class to a namespace.
 */
export const clusterScopeClass = 'cluster';

/** Returns the scope of a plan. The scope decides which entry of the phases file applies. */
export function scopeOf(cluster: ClusterClassification, { playbook, namespace }: Plan): Scope {
  const namespaceClass = namespaceClassOf(cluster, namespace);
  return { playbook: playbook.name, playbookDigest: playbook.digest, cluster: cluster.name, namespaceClass };
}

function namespaceClassOf({ namespaceClasses }: ClusterClassification, namespace: string | undefined): string {
  if (namespace === undefined) return clusterScopeClass;
  // Own members only: a namespace may have the name of an inherited member, such as `constructor`.
  const own = Object.hasOwn(namespaceClasses, namespace) ? namespaceClasses[namespace] : undefined;
  return own ?? 'standard';
}

/**
 * Returns a failed check for each success criterion of the plan that the rehearsal does not predict. Policy denies a
 * plan with a failed check.
 */
function unpredicted(plan: Plan, report: Report): { id: string; sentence: string }[] {
  const known = new Set(
    report.predictions.filter(({ grade }) => grade !== 'unknown').map(({ measurement }) => measurement),
  );
  return plan.success
    .filter((measurement) => !known.has(measurement))
    .map((measurement) => ({
      id: 'success',
      sentence: `the rehearsal does not predict ${measurement}, which is a success criterion of the plan`,
    }));
}
