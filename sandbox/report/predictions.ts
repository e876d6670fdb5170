import { factsOf, workloadFacts, type WorkloadFacts } from '../../src/domain/rehearsal/measurement.ts';
import { findObject, sameRef, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import type { Grade, Prediction } from '../../src/domain/rehearsal/report.ts';
import { autoscalerOf } from '../model/autoscaler.ts';
import { behaviourOf, type Behaviour } from '../model/behaviours.ts';
import { setsOf } from '../load/faithful.ts';
import type { Findings } from './findings.ts';
import type { Replay } from '../replay/replay.ts';
import { otherMinor } from './other-minor.ts';
import { isRolledOut } from '../replay/settling.ts';

type Fact = keyof WorkloadFacts;
type Judged = { grade: Grade; why: string };

const atWork: Judged = {
  grade: 'unknown',
  why: 'the controllers were still at work when the horizon was reached',
};

/** What the touched objects will be after the plan, fact by fact, each with how sure that is. */
export function predictions(findings: Findings, replay: Replay): Prediction[] {
  return findings.touched.flatMap((object) => {
    const measured = factsOf(replay.objects, object);
    return Object.entries(measured ?? {}).map(([fact, found]) => {
      const judged =
        object.kind === 'Node' ? judgeNode(fact, replay, object) : judge(fact as Fact, findings, replay, object);
      const { grade, why } = weakened(judged, findings);
      return { object, fact, value: grade === 'unknown' ? null : found, grade, why };
    });
  });
}

function judgeNode(fact: string, { unsettled }: Replay, ref: ObjectRef): Judged {
  if (fact === 'cordoned') return { grade: 'proved', why: 'the API server admitted and stored it' };
  if (unsettled.some((open) => sameRef(open, ref))) return atWork;
  return { grade: 'proved', why: 'the node lifecycle controller did it' };
}

function judge(fact: Fact, findings: Findings, replay: Replay, ref: ObjectRef): Judged {
  const scaler = autoscalerOf(findings.before, ref);
  if (scaler && fact !== 'replicaSet' && fact !== 'template') {
    const why = `HorizontalPodAutoscaler ${scaler.metadata.name} decides by metrics, which the sandbox has not`;
    return { grade: 'unknown', why };
  }
  if (fact === 'template' || fact === 'replicas') {
    return { grade: 'proved', why: 'the API server admitted and stored it' };
  }
  return rolledOut(fact, findings, replay, ref);
}

function rolledOut(fact: Fact, findings: Findings, replay: Replay, ref: ObjectRef): Judged {
  if (replay.unsettled.some((open) => sameRef(open, ref))) {
    return atWork;
  }
  if (fact === 'replicaSet' && isNew(findings, replay, ref)) {
    const why = 'its name comes from the whole template, of which the sandbox has only the redacted form';
    return { grade: 'unknown', why };
  }
  const behaviour = decisive(findings, replay, ref);
  if (fact === 'ready') return readiness(behaviour);
  return isRolledOut(replay.objects, ref) || behaviour.kind === 'ready' ? byController(fact) : stuck(behaviour);
}

/** True where the plan's own rollout made the ReplicaSet that holds the pods. */
function isNew({ before }: Findings, { objects }: Replay, ref: ObjectRef): boolean {
  const name = workloadFacts(objects, ref)?.replicaSet;
  return Boolean(name) && !findObject(before, { ...ref, kind: 'ReplicaSet', name: name ?? '' });
}

function byController(fact: Fact): Judged {
  const who = fact === 'replicaSet' ? 'the Deployment controller rolled out to it' : 'the scheduler decided it';
  return { grade: 'proved', why: who };
}

/** A rollout waits for readiness, so where that is only modelled, or not known, so is how far it gets. */
function stuck(behaviour: Behaviour): Judged {
  if (behaviour.kind === 'unknown')
    return { grade: 'unknown', why: `how far the rollout gets is not known: ${behaviour.why}` };
  return { grade: 'modelled', why: `the rollout stops where ${behaviour.why}` };
}

function readiness(behaviour: Behaviour): Judged {
  if (behaviour.kind === 'unknown') return { grade: 'unknown', why: `readiness cannot be inferred: ${behaviour.why}` };
  return { grade: 'modelled', why: `from history: ${behaviour.why}` };
}

/** The behaviour that decides readiness: an unknown one of any ReplicaSet that has pods, else the latest template's. */
function decisive({ behaviours }: Findings, { objects }: Replay, ref: ObjectRef): Behaviour {
  const deployment = findObject(objects, ref);
  const sets = deployment ? setsOf(objects, deployment).filter((set) => (set['spec']?.replicas ?? 0) > 0) : [];
  const found = sets.sort((a, b) => revision(b) - revision(a)).map((set) => behaviourOf(behaviours, set));
  return (
    found.find(({ kind }) => kind === 'unknown') ?? found[0] ?? { kind: 'ready', seconds: 0, why: 'it has no pods' }
  );
}

function revision(set: KubeObject): number {
  return Number(set.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
}

/** Other versions of the controllers prove less. */
function weakened(judged: Judged, { snapshot, kubernetes }: Findings): Judged {
  if (judged.grade !== 'proved' || !otherMinor(snapshot.kubernetes, kubernetes)) return judged;
  return { grade: 'modelled', why: `${judged.why}, but of another Kubernetes version than the target's` };
}
