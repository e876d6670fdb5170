import { measureObject, measureWorkload, type WorkloadMeasurements } from '../../src/domain/rehearsal/measurement.ts';
import { findObject, sameRef, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import type { Grade, Prediction } from '../../src/domain/rehearsal/report.ts';
import { autoscalerOf } from '../../src/domain/kubernetes/autoscaler.ts';
import { behaviourOf, type Behaviour } from '../model/behaviours.ts';
import { replicaSetsOf } from '../../src/domain/kubernetes/owner-chain.ts';
import type { Findings } from './findings.ts';
import type { Replay } from '../replay/replay.ts';
import { otherMinor } from './other-minor.ts';
import { isRolledOut } from '../replay/settling.ts';

type WorkloadMeasurement = keyof WorkloadMeasurements;
type GradeAndReason = { grade: Grade; why: string };

const notSettled: GradeAndReason = {
  grade: 'unknown',
  why: 'the controllers had not settled at the horizon',
};

/** Predicts every measurement of the changed objects after the plan, each with its grade. */
export function predictions(findings: Findings, replay: Replay): Prediction[] {
  return findings.touched.flatMap((object) => {
    const measured = measureObject(replay.objects, object);
    return Object.entries(measured ?? {}).map(([measurement, found]) => {
      const graded =
        object.kind === 'Node'
          ? gradeNode(measurement, replay, object)
          : gradeWorkload(measurement as WorkloadMeasurement, findings, replay, object);
      const { grade, why } = weakened(graded, findings);
      return { object, measurement, value: grade === 'unknown' ? null : found, grade, why };
    });
  });
}

function gradeNode(measurement: string, { unsettled }: Replay, ref: ObjectRef): GradeAndReason {
  if (measurement === 'cordoned') return { grade: 'proved', why: 'the API server admitted and stored the write' };
  if (unsettled.some((open) => sameRef(open, ref))) return notSettled;
  return { grade: 'proved', why: 'the node lifecycle controller wrote it' };
}

function gradeWorkload(
  measurement: WorkloadMeasurement,
  findings: Findings,
  replay: Replay,
  ref: ObjectRef,
): GradeAndReason {
  const scaler = autoscalerOf(findings.before, ref);
  if (scaler && measurement !== 'replicaSet' && measurement !== 'template') {
    const why = `HorizontalPodAutoscaler ${scaler.metadata.name} scales by metrics, which the sandbox does not have`;
    return { grade: 'unknown', why };
  }
  if (measurement === 'template' || measurement === 'replicas') {
    return { grade: 'proved', why: 'the API server admitted and stored the write' };
  }
  return gradeRollout(measurement, findings, replay, ref);
}

function gradeRollout(
  measurement: WorkloadMeasurement,
  findings: Findings,
  replay: Replay,
  ref: ObjectRef,
): GradeAndReason {
  if (replay.unsettled.some((open) => sameRef(open, ref))) {
    return notSettled;
  }
  if (measurement === 'replicaSet' && isCreatedByPlan(findings, replay, ref)) {
    const why = 'its name depends on the whole template, and the sandbox has only the redacted template';
    return { grade: 'unknown', why };
  }
  const behaviour = decisive(findings, replay, ref);
  if (measurement === 'ready') return readiness(behaviour);
  return isRolledOut(replay.objects, ref) || behaviour.kind === 'ready' ? byController(measurement) : stuck(behaviour);
}

/** True if the plan's own rollout created the current ReplicaSet. */
function isCreatedByPlan({ before }: Findings, { objects }: Replay, ref: ObjectRef): boolean {
  const name = measureWorkload(objects, ref)?.replicaSet;
  return Boolean(name) && !findObject(before, { ...ref, kind: 'ReplicaSet', name: name ?? '' });
}

function byController(measurement: WorkloadMeasurement): GradeAndReason {
  const why = measurement === 'replicaSet' ? 'the Deployment controller rolled out to it' : 'the scheduler decided it';
  return { grade: 'proved', why };
}

/** A rollout waits for readiness. If readiness is only modelled or unknown, the progress of the rollout is so too. */
function stuck(behaviour: Behaviour): GradeAndReason {
  if (behaviour.kind === 'unknown') {
    return { grade: 'unknown', why: `the progress of the rollout is not known: ${behaviour.why}` };
  }
  return { grade: 'modelled', why: `the rollout stops because ${behaviour.why}` };
}

function readiness(behaviour: Behaviour): GradeAndReason {
  if (behaviour.kind === 'unknown') return { grade: 'unknown', why: `readiness cannot be inferred: ${behaviour.why}` };
  return { grade: 'modelled', why: `inferred from the target: ${behaviour.why}` };
}

/** The behaviour that decides readiness: an unknown one of any ReplicaSet with replicas, otherwise the latest template's. */
function decisive({ behaviours }: Findings, { objects }: Replay, ref: ObjectRef): Behaviour {
  const deployment = findObject(objects, ref);
  const sets = deployment ? replicaSetsOf(objects, deployment).filter((set) => (set['spec']?.replicas ?? 0) > 0) : [];
  const found = sets.sort((a, b) => revision(b) - revision(a)).map((set) => behaviourOf(behaviours, set));
  return (
    found.find(({ kind }) => kind === 'unknown') ?? found[0] ?? { kind: 'ready', seconds: 0, why: 'it has no pods' }
  );
}

function revision(set: KubeObject): number {
  return Number(set.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
}

/** Controllers of another minor version may act differently, so what they did is not proved. */
function weakened(graded: GradeAndReason, { snapshot, kubernetes }: Findings): GradeAndReason {
  if (graded.grade !== 'proved' || !otherMinor(snapshot.kubernetes, kubernetes)) return graded;
  return {
    grade: 'modelled',
    why: `${graded.why}, but the sandbox runs another minor version of Kubernetes than the target`,
  };
}
