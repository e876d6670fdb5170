import { measureObject, measureWorkload, type WorkloadMeasurements } from '../../src/domain/rehearsal/measurement.ts';
import { findObject, sameRef, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import type { Grade, Prediction } from '../../src/domain/rehearsal/report.ts';
import { autoscalerOf } from '../../src/domain/kubernetes/autoscaler.ts';
import { behaviourOf, type Behaviour } from '../model/behaviours.ts';
import { replicaSetsOf } from '../../src/domain/kubernetes/owner-chain.ts';
import type { CheckInput } from './check-input.ts';
import type { SandboxRun } from '../run/run-plan.ts';
import { minorVersionsDiffer } from './other-minor.ts';
import { isRolledOut } from '../run/settling.ts';

type WorkloadMeasurement = keyof WorkloadMeasurements;
type GradeAndReason = { grade: Grade; why: string };

const stored: GradeAndReason = { grade: 'proved', why: "the sandbox's API server admitted and stored the write" };
const notSettled: GradeAndReason = {
  grade: 'unknown',
  why: 'the controllers were still changing the object when the rehearsal stopped waiting',
};

/**
 * Predicts every measurement of the changed objects after the plan. Each prediction has a grade. `proved`: a Kubernetes
 * program in the sandbox produced the value. `modelled`: the value depends on the inferred behaviour of pods, or the
 * target runs another minor version of Kubernetes. `unknown`: the value cannot be predicted.
 */
export function predictions(input: CheckInput, run: SandboxRun): Prediction[] {
  return input.touched.flatMap((object) => {
    const measured = measureObject(run.objects, object);
    return Object.entries(measured ?? {}).map(([measurement, found]) => {
      const graded =
        object.kind === 'Node'
          ? gradeNode(measurement, run, object)
          : gradeWorkload(measurement as WorkloadMeasurement, input, run, object);
      const { grade, why } = adjustForVersion(graded, input);
      return { object, measurement, value: grade === 'unknown' ? null : found, grade, why };
    });
  });
}

function gradeNode(measurement: string, { unsettled }: SandboxRun, ref: ObjectRef): GradeAndReason {
  if (measurement === 'cordoned') return stored;
  if (unsettled.some((other) => sameRef(other, ref))) return notSettled;
  return { grade: 'proved', why: "the sandbox's node lifecycle controller wrote it" };
}

function gradeWorkload(
  measurement: WorkloadMeasurement,
  input: CheckInput,
  run: SandboxRun,
  ref: ObjectRef,
): GradeAndReason {
  const scaler = autoscalerOf(input.before, ref);
  if (scaler && measurement !== 'replicaSet' && measurement !== 'template') {
    const why = `HorizontalPodAutoscaler ${scaler.metadata.name} scales by metrics, which the sandbox does not have`;
    return { grade: 'unknown', why };
  }
  if (measurement === 'template' || measurement === 'replicas') {
    return stored;
  }
  return gradeRollout(measurement, input, run, ref);
}

function gradeRollout(
  measurement: WorkloadMeasurement,
  input: CheckInput,
  run: SandboxRun,
  ref: ObjectRef,
): GradeAndReason {
  if (run.unsettled.some((other) => sameRef(other, ref))) {
    return notSettled;
  }
  if (measurement === 'replicaSet' && isCreatedByPlan(input, run, ref)) {
    const why =
      'the rollout creates a new ReplicaSet, whose name depends on the whole template; the sandbox has only the redacted template';
    return { grade: 'unknown', why };
  }
  const behaviour = decisiveBehaviour(input, run, ref);
  if (measurement === 'ready') return gradeReadiness(behaviour);
  return isRolledOut(run.objects, ref) || behaviour.kind === 'ready'
    ? provedByController(measurement)
    : gradeStuckRollout(behaviour);
}

/** True if the ReplicaSet that is current after the plan did not exist before the plan. */
function isCreatedByPlan({ before }: CheckInput, { objects }: SandboxRun, ref: ObjectRef): boolean {
  const name = measureWorkload(objects, ref)?.replicaSet;
  return Boolean(name) && !findObject(before, { ...ref, kind: 'ReplicaSet', name: name ?? '' });
}

function provedByController(measurement: WorkloadMeasurement): GradeAndReason {
  const why =
    measurement === 'replicaSet'
      ? "the sandbox's Deployment controller rolled out to this ReplicaSet"
      : "the sandbox's scheduler decided it";
  return { grade: 'proved', why };
}

/**
 * A rollout waits until its pods are ready. If the readiness of the pods is only modelled or unknown, the progress of
 * the rollout is only modelled or unknown too.
 */
function gradeStuckRollout(behaviour: Behaviour): GradeAndReason {
  if (behaviour.kind === 'unknown') {
    return { grade: 'unknown', why: `the progress of the rollout is not known: ${behaviour.why}` };
  }
  return { grade: 'modelled', why: `the rollout stops because ${behaviour.why}` };
}

function gradeReadiness(behaviour: Behaviour): GradeAndReason {
  if (behaviour.kind === 'unknown') return { grade: 'unknown', why: `readiness cannot be inferred: ${behaviour.why}` };
  return { grade: 'modelled', why: `inferred from the target cluster: ${behaviour.why}` };
}

/**
 * The behaviour that decides whether the pods of a Deployment become ready. If a ReplicaSet with replicas has unknown
 * behaviour, that unknown behaviour decides. Otherwise the behaviour of the latest ReplicaSet with replicas decides.
 */
function decisiveBehaviour({ behaviours }: CheckInput, { objects }: SandboxRun, ref: ObjectRef): Behaviour {
  const deployment = findObject(objects, ref);
  const sets = deployment ? replicaSetsOf(objects, deployment).filter((set) => (set['spec']?.replicas ?? 0) > 0) : [];
  const found = sets.sort((a, b) => revision(b) - revision(a)).map((set) => behaviourOf(behaviours, set));
  return (
    found.find(({ kind }) => kind === 'unknown') ??
    found[0] ?? { kind: 'ready', seconds: 0, why: 'the workload has no pods' }
  );
}

function revision(set: KubeObject): number {
  return Number(set.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
}

/**
 * Changes the grade `proved` to `modelled` if the sandbox runs another minor version than the target: the controllers
 * of the target may act differently.
 */
function adjustForVersion(graded: GradeAndReason, { snapshot, kubernetes }: CheckInput): GradeAndReason {
  if (graded.grade !== 'proved' || !minorVersionsDiffer(snapshot.kubernetes, kubernetes)) return graded;
  return {
    grade: 'modelled',
    why: `${graded.why}, but the sandbox runs another minor version of Kubernetes than the target`,
  };
}
