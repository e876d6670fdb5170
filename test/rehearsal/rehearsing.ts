import { actionOf, isClusterScoped } from '../../src/actions/catalogue.ts';
import { propose, type WantedStep } from '../../src/actions/propose.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import { reportSchema, type Report } from '../../src/domain/rehearsal/report.ts';
import type { Bundle, Snapshot } from '../../src/domain/rehearsal/snapshot.ts';
import { createProcessSandbox } from '../../sandbox/launchers/process.ts';
import { programNames } from '../../sandbox/control-plane/programs.ts';
import { ensureParts, type Parts } from '../../stack/toolchain/toolchain.ts';
import { createProgress } from '../../stack/progress.ts';
import { namespace } from './target.ts';

/** The bundle of a plan that was made for exactly this snapshot. */
export function bundleOf(snapshot: Snapshot, step: WantedStep): Bundle {
  const place = isClusterScoped(actionOf(step.action)) ? undefined : namespace;
  const objects = snapshot.objects.filter((object) => object.metadata.namespace === place);
  const plan: Plan = {
    version: 'airlock-plan/1',
    cluster: snapshot.cluster,
    ...(place ? { namespace: place } : {}),
    playbook: { name: 'by-hand', digest: `sha256:${'0'.repeat(64)}` },
    action: step.action,
    ...propose(place, [step], objects),
    success: place ? ['replicas', 'ready'] : ['cordoned'],
    summary: 'made by a test',
  };
  return { version: 'airlock-bundle/1', plan, snapshot, horizonSeconds: 20, speed: 10 };
}

let parts: Promise<Parts> | undefined;

/** Paths of the real parts that a sandbox is made of. */
export async function realPrograms(): Promise<Record<string, string>> {
  const found = await (parts ??= ensureParts(createProgress()));
  return Object.fromEntries(programNames.map((name) => [name, found.program(name)]));
}

/** Rehearses on the real parts. What comes back is checked as the observer checks it. */
export async function rehearseFor(bundle: Bundle): Promise<Report> {
  const programs = await realPrograms();
  const sandbox = createProcessSandbox({ programs, node: process.execPath, deadlineSeconds: 120, hide: [] });
  return reportSchema.parse(await sandbox.rehearse(bundle));
}

/** What must be the same for the same bundle. */
export function findingsOf({ record: _record, ...findings }: Report): Omit<Report, 'record'> {
  return findings;
}
