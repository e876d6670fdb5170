import { changeLines, diffable } from '../../src/domain/plan/patch.ts';
import { findObject } from '../../src/domain/kubernetes/object.ts';
import { controlledBy, replicaSetsOf } from '../../src/domain/kubernetes/owner-chain.ts';
import { planDigest } from '../../src/domain/plan/plan.ts';
import type { ChangeLine, Report } from '../../src/domain/rehearsal/report.ts';
import type { Snapshot, Bundle } from '../../src/domain/rehearsal/snapshot.ts';
import { runChecks } from '../checks/checks.ts';
import type { EarlyOutcome } from './early-outcome.ts';
import type { Findings } from './findings.ts';
import { predictions } from './predictions.ts';
import type { Replay } from '../replay/replay.ts';
import type { Timeline } from '../replay/timeline.ts';
import { unknowns } from './unknowns.ts';

/** The report of a rehearsal that ran the plan. Only `record` may differ between runs of the same bundle. */
export function reportOf(findings: Findings, timeline: Timeline): Report {
  const { plan, preconditions, done } = findings;
  const checks = runChecks(findings);
  const failed = checks.filter((check) => !check.passed);
  const applied = done && !done.refusal ? done : undefined;
  return {
    ...frame(plan),
    outcome: failed.length === 0 ? 'safe' : 'unsafe',
    reason:
      failed.length === 0
        ? 'every check passed'
        : failed
            .map(({ id, sentence }) => `${id}: ${sentence}`)
            .join('; ')
            .slice(0, 4000),
    checks,
    predictions: applied ? predictions(findings, applied) : [],
    unknowns: unknowns(findings),
    preconditions,
    diff: applied ? diff(findings, applied) : [],
    record: { ...timeline.record(), placement: applied ? placement(findings, applied) : {} },
  };
}

/** The report of a rehearsal that ended early. It says nothing about the plan. */
export function earlyReport(bundle: Bundle, early: EarlyOutcome, timeline: Timeline): Report {
  return {
    ...frame(bundle.plan),
    outcome: early.outcome,
    reason: early.message.slice(0, 4000),
    checks: [],
    predictions: [],
    unknowns: sortedUnknowns(bundle.snapshot),
    preconditions: {},
    diff: [],
    record: { ...timeline.record(), placement: {} },
  };
}

function frame(plan: Bundle['plan']): Pick<Report, 'version' | 'fidelity' | 'plan'> {
  return { version: 'airlock-report/1', fidelity: 'control-plane', plan: planDigest(plan) };
}

function sortedUnknowns(snapshot: Snapshot): string[] {
  return [...new Set(snapshot.unknowns)].sort().slice(0, 200);
}

/** The changes of the plan's targets, over the redacted form. */
function diff({ touched, before }: Findings, { objects }: Replay): ChangeLine[] {
  return touched
    .flatMap((ref) => {
      const [old, now] = [findObject(before, ref), findObject(objects, ref)];
      return changeLines(ref, old && diffable(old), now && diffable(now));
    })
    .slice(0, 500);
}

/** The node of each pod of the targets, by the pod's name in the sandbox. */
function placement({ touched }: Findings, { objects }: Replay): Record<string, string> {
  const pods = touched.flatMap((ref) => {
    const deployment = findObject(objects, ref);
    return deployment ? replicaSetsOf(objects, deployment).flatMap((set) => controlledBy(objects, set)) : [];
  });
  return Object.fromEntries(pods.map((pod) => [pod.metadata.name, String(pod['spec']?.nodeName ?? 'no node')]));
}
