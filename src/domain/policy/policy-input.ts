import { omitUndefined } from '../../lib/omit-undefined.ts';
import type { Scope } from './phase.ts';
import type { Plan } from '../plan/plan.ts';
import type { Prediction, Report } from '../rehearsal/report.ts';
import type { Phase, Tier } from './verdict.ts';

/** The classes of a cluster and of its namespaces. The operator sets them in the configuration. */
export interface ClusterClassification {
  name: string;
  /** The class of the cluster, such as `production` or `staging`. */
  class: string;
  /** Key: the name of a namespace. Value: the class of this namespace. All other namespaces have class `standard`. */
  namespaceClasses: Record<string, string>;
}

/**
 * The input of the Rego policy. `airlock serve` builds an input before it makes a dossier. `airlock gateway` builds its
 * own inputs before an execution. Each process uses its own configuration and its own clock.
 */
export interface PolicyInput {
  cluster: { name: string; class: string };
  /** Absent if the plan changes cluster-scoped objects. */
  namespace?: { name: string; class: string };
  playbook: string;
  phase: Phase;
  /** The present time, ISO 8601. */
  now: string;
  /** The lowest tier that the action catalogue allows for the plan. */
  lowestTier: Tier;
  plan: { action: string; steps: { action: string; parameters: Record<string, string | number> }[]; undoable: boolean };
  report: {
    outcome: Report['outcome'];
    fidelity: Report['fidelity'];
    reason: string;
    /** The failed checks of the rehearsal, and one entry for each success criterion that is not predicted. */
    failedChecks: { id: string; sentence: string }[];
    /** What the rehearsal could not determine. */
    unknowns: string[];
    /** For each grade: the number of predictions with this grade. */
    grades: Partial<Record<Prediction['grade'], number>>;
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

/** Builds the policy input. The same sources always give the same input. */
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
      failedChecks: [...report.checks.filter((check) => !check.passed), ...unpredictedCriteria(plan, report)].map(
        ({ id, sentence }) => ({ id, sentence }),
      ),
      unknowns: report.unknowns,
      grades,
    },
  });
}

/**
 * The namespace class in the scope of a plan that changes cluster-scoped objects. The configuration cannot give this
 * class to a namespace.
 */
export const clusterScopeClass = 'cluster';

/** Returns the scope of a plan: the values that decide the plan's trust phase. */
export function scopeOf(cluster: ClusterClassification, { playbook, namespace }: Plan): Scope {
  const namespaceClass = namespaceClassOf(cluster, namespace);
  return { playbook: playbook.name, playbookDigest: playbook.digest, cluster: cluster.name, namespaceClass };
}

function namespaceClassOf({ namespaceClasses }: ClusterClassification, namespace: string | undefined): string {
  if (namespace === undefined) return clusterScopeClass;
  // `hasOwn`, because a namespace can have the name of an inherited property, such as `constructor`.
  const own = Object.hasOwn(namespaceClasses, namespace) ? namespaceClasses[namespace] : undefined;
  return own ?? 'standard';
}

/**
 * Returns one failed check for each success criterion that has no prediction, or only predictions of grade unknown.
 * Policy denies a plan with a failed check.
 */
function unpredictedCriteria(plan: Plan, report: Report): { id: string; sentence: string }[] {
  const predicted = new Set(
    report.predictions.filter(({ grade }) => grade !== 'unknown').map(({ measurement }) => measurement),
  );
  return plan.success
    .filter((measurement) => !predicted.has(measurement))
    .map((measurement) => ({
      id: 'success',
      sentence: `the rehearsal could not predict the measurement ${measurement}, which is a success criterion`,
    }));
}
