import { actionOf, isClusterScoped } from '../../src/actions/registry.ts';
import { omitUndefined } from '../../src/lib/omit-undefined.ts';
import { propose, type StepDraft } from '../../src/actions/propose.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import type { Report } from '../../src/domain/rehearsal/report.ts';
import type { Bundle, Snapshot } from '../../src/domain/rehearsal/snapshot.ts';
import { ownFindings } from '../../src/observation/rehearsal/own-findings.ts';
import { parseReport } from '../../src/observation/rehearsal/parse-report.ts';
import { createProcessSandbox } from '../../sandbox/launchers/process.ts';
import { programNames } from '../../sandbox/control-plane/programs.ts';
import { ensureToolchain, type Toolchain } from '../../stack/toolchain/toolchain.ts';
import { createProgress } from '../../stack/progress.ts';
import { namespace } from './target.ts';

/** The bundle of a one-step plan that was made for this snapshot. */
export function bundleOf(snapshot: Snapshot, step: StepDraft): Bundle {
  const planNamespace = isClusterScoped(actionOf(step.action)) ? undefined : namespace;
  const objects = snapshot.objects.filter((object) => object.metadata.namespace === planNamespace);
  const plan: Plan = {
    version: 'airlock-plan/1',
    cluster: snapshot.cluster,
    ...omitUndefined<{ namespace?: string }>({ namespace: planNamespace }),
    playbook: { name: 'by-hand', digest: `sha256:${'0'.repeat(64)}` },
    action: step.action,
    ...propose(planNamespace, [step], objects),
    success: planNamespace ? ['replicas', 'ready'] : ['cordoned'],
    summary: 'made by a test',
  };
  return { version: 'airlock-bundle/1', plan, snapshot, horizonSeconds: 20, speed: 10 };
}

let toolchain: Promise<Toolchain> | undefined;

/** The paths of the real programs of a sandbox. */
export async function realPrograms(): Promise<Record<string, string>> {
  const found = await (toolchain ??= ensureToolchain(createProgress()));
  return Object.fromEntries(programNames.map((name) => [name, found.program(name)]));
}

/** Rehearses with the real programs, and accepts the report as the observer does. */
export async function rehearseFor(bundle: Bundle): Promise<Report> {
  const programs = await realPrograms();
  const sandbox = createProcessSandbox({ programs, node: process.execPath, deadlineSeconds: 120, hide: [] });
  const { plan, snapshot } = bundle;
  return parseReport(await sandbox.rehearse(bundle), plan, ownFindings(plan, snapshot));
}

/** The part of a report that is the same for the same bundle. */
export function findingsOf({ record: _record, ...findings }: Report): Omit<Report, 'record'> {
  return findings;
}
