import { measureObject, measureWorkload, type WorkloadMeasurements } from '../../src/domain/rehearsal/measurement.ts';
import { findObject, sameRef, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import type { Grade, Prediction } from '../../src/domain/rehearsal/report.ts';
import { autoscalerOf } from '../../src/domain/kubernetes/autoscaler.ts';
import { behaviourOf, type Behaviour } from '../model/behaviours.ts';
import { replicaSetsOf } from '../../src/domain/kubernetes/owner-chain.ts';
import { isCurrentReplicaSet } from '../../src/domain/kubernetes/replica-set.ts';
import type { CheckInput } from './check-input.ts';
import type { SandboxRun } from '../run/run-plan.ts';
import { minorVersionsDiffer } from './other-minor.ts';
import { isRolledOut } from '../run/settling.ts';

type WorkloadMeasurementName = keyof WorkloadMeasurements;
type GradeAndReason = { grade: Grade; why: string };

const stored: GradeAndReason = {
  grade: 'proved',
  why: "the sandbox's API server accepted and stored the measured field",
};
const notSettled: GradeAndReason = {
  grade: 'unknown',
  why: 'the object was still changing when the rehearsal stopped waiting',
};

/**
 * Returns one prediction for each measurement of each object in `input.touched`. An object that does not exist after
 * the plan has no predictions.
 */
export function predictions(input: CheckInput, run: SandboxRun): Prediction[] {
  return input.touched.flatMap((ref) => {
    const measurements = measureObject(run.objects, ref);
    return Object.entries(measurements ?? {}).map(([measurement, value]) => {
      const graded =
        ref.kind === 'Node'
          ? gradeNode(measurement, run, ref)
          : gradeWorkload(measurement as WorkloadMeasurementName, input, run, ref);
      const { grade, why } = adjustForVersion(graded, input);
      return { object: ref, measurement, value: grade === 'unknown' ? null : value, grade, why };
    });
  });
}

function gradeNode(measurement: string, { unsettled }: SandboxRun, ref: ObjectRef): GradeAndReason {
  if (measurement === 'cordoned') return stored;
  if (unsettled.some((unsettledRef) => sameRef(unsettledRef, ref))) return notSettled;
  return { grade: 'proved', why: "the sandbox's node lifecycle controller adds and removes the taint" };
}

function gradeWorkload(
  measurement: WorkloadMeasurementName,
  input: CheckInput,
  run: SandboxRun,
  ref: ObjectRef,
): GradeAndReason {
  const scaler = autoscalerOf(input.before, ref);
  if (scaler && measurement !== 'replicaSet' && measurement !== 'template') {
    const name = `HorizontalPodAutoscaler ${scaler.metadata.name}`;
    return { grade: 'unknown', why: `${name} sets the number of pods from metrics, and the sandbox has no metrics` };
  }
  if (measurement === 'template' || measurement === 'replicas') {
    return stored;
  }
  return gradeRollout(measurement, input, run, ref);
}

/** Grades the measurements that depend on the progress of a rollout: all except `template` and `replicas`. */
function gradeRollout(
  measurement: WorkloadMeasurementName,
  input: CheckInput,
  run: SandboxRun,
  ref: ObjectRef,
): GradeAndReason {
  if (run.unsettled.some((unsettledRef) => sameRef(unsettledRef, ref))) {
    return notSettled;
  }
  if (measurement === 'replicaSet' && isReplicaSetNew(input, run, ref)) {
    const why =
      'the name of the new ReplicaSet depends on the unredacted pod template, which the sandbox does not have';
    return { grade: 'unknown', why };
  }
  const behaviour = decisiveBehaviour(input, run, ref);
  if (measurement === 'ready') return gradeReadiness(behaviour);
  return isRolledOut(run.objects, ref) || behaviour.kind === 'ready'
    ? provedByProgram(measurement)
    : gradeStuckRollout(behaviour);
}

/** Returns true if the measurement `replicaSet` names a ReplicaSet that did not exist before the plan. */
function isReplicaSetNew({ before }: CheckInput, { objects }: SandboxRun, ref: ObjectRef): boolean {
  const name = measureWorkload(objects, ref)?.replicaSet;
  return Boolean(name) && !findObject(before, { ...ref, kind: 'ReplicaSet', name: name ?? '' });
}

function provedByProgram(measurement: WorkloadMeasurementName): GradeAndReason {
  const why =
    measurement === 'replicaSet'
      ? "the sandbox's Deployment controller decided which ReplicaSets have pods"
      : "the sandbox's scheduler decided which pods have a node";
  return { grade: 'proved', why };
}

/**
 * Grades the progress of an incomplete rollout. The grade is the same as for the readiness of the new pods: a rollout
 * continues only after its new pods become ready.
 */
function gradeStuckRollout(behaviour: Behaviour): GradeAndReason {
  if (behaviour.kind === 'unknown') {
    return { grade: 'unknown', why: `the progress of the rollout is not known: ${behaviour.why}` };
  }
  return { grade: 'modelled', why: `the rollout stops, because its pods do not become ready: ${behaviour.why}` };
}

function gradeReadiness(behaviour: Behaviour): GradeAndReason {
  if (behaviour.kind === 'unknown') return { grade: 'unknown', why: `readiness cannot be inferred: ${behaviour.why}` };
  return { grade: 'modelled', why: `no container runs in the sandbox, so readiness is inferred: ${behaviour.why}` };
}

/**
 * Returns the behaviour that decides how to grade a Deployment. Only ReplicaSets with `replicas` > 0 count. If one of
 * these ReplicaSets has unknown behaviour, the result is this unknown behaviour. Otherwise the result is the behaviour
 * of the ReplicaSet with the Deployment's pod template, or else of any other. If no ReplicaSet counts, the result is
 * `ready`.
 */
function decisiveBehaviour({ behaviours }: CheckInput, { objects }: SandboxRun, ref: ObjectRef): Behaviour {
  const deployment = findObject(objects, ref);
  const sets = deployment ? replicaSetsOf(objects, deployment).filter((set) => (set['spec']?.replicas ?? 0) > 0) : [];
  const current = sets.find((set) => deployment && isCurrentReplicaSet(set, deployment));
  const ofSets = (current ? [current, ...sets] : sets).map((set) => behaviourOf(behaviours, set));
  return (
    ofSets.find(({ kind }) => kind === 'unknown') ??
    ofSets[0] ?? { kind: 'ready', seconds: 0, why: 'the workload has no pods' }
  );
}

/**
 * Changes the grade `proved` to `modelled` if the sandbox and the target run different minor versions of Kubernetes.
 * Then the target's controllers may act differently.
 */
function adjustForVersion(graded: GradeAndReason, { snapshot, sandboxVersion }: CheckInput): GradeAndReason {
  if (graded.grade !== 'proved' || !minorVersionsDiffer(snapshot.kubernetes, sandboxVersion)) return graded;
  return {
    grade: 'modelled',
    why: `${graded.why}, but the sandbox and the target run different minor versions of Kubernetes`,
  };
}
