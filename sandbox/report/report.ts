import { changeLines, diffable } from '../../src/domain/plan/patch.ts';
import { findObject, ownedBy } from '../../src/domain/kubernetes/object.ts';
import { planDigest } from '../../src/domain/plan/plan.ts';
import type { ChangeLine, Report } from '../../src/domain/rehearsal/report.ts';
import type { Snapshot, Bundle } from '../../src/domain/rehearsal/snapshot.ts';
import { runChecks } from '../checks/checks.ts';
import type { Ending } from './early-outcome.ts';
import { setsOf } from '../load/faithful.ts';
import type { Findings } from './findings.ts';
import { predictions } from './predictions.ts';
import type { Replay } from '../replay/replay.ts';
import type { Timeline } from '../replay/timeline.ts';
import { unknowns } from './unknowns.ts';

/** The report of a rehearsal that came to its end. Only `record` may differ from run to run of the same bundle. */
export function reportOf(findings: Findings, timeline: Timeline): Report {
  const { plan, bases, done } = findings;
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
    bases,
    diff: applied ? diff(findings, applied) : [],
    record: { ...timeline.record(), placement: applied ? placement(findings, applied) : {} },
  };
}

/** The report of a rehearsal that could not go on: nothing is known about the plan. */
export function endedReport(bundle: Bundle, ending: Ending, timeline: Timeline): Report {
  return {
    ...frame(bundle.plan),
    outcome: ending.outcome,
    reason: ending.message.slice(0, 4000),
    checks: [],
    predictions: [],
    unknowns: sortedUnknowns(bundle.snapshot),
    bases: {},
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

/** What the plan's writes changed of its targets, over the redacted form. */
function diff({ touched, before }: Findings, { objects }: Replay): ChangeLine[] {
  return touched
    .flatMap((ref) => {
      const [old, now] = [findObject(before, ref), findObject(objects, ref)];
      return changeLines(ref, old && diffable(old), now && diffable(now));
    })
    .slice(0, 500);
}

/** Which node each pod of the targets got, by the pod's name in the sandbox. */
function placement({ touched }: Findings, { objects }: Replay): Record<string, string> {
  const pods = touched.flatMap((ref) => {
    const deployment = findObject(objects, ref);
    return deployment ? setsOf(objects, deployment).flatMap((set) => ownedBy(objects, set)) : [];
  });
  return Object.fromEntries(pods.map((pod) => [pod.metadata.name, String(pod['spec']?.nodeName ?? 'no node')]));
}
