import { refOf } from '../../../src/domain/kubernetes/object.ts';
import { objectPath } from '../../../src/domain/kubernetes/resource-path.ts';
import { AirlockError } from '../../../src/lib/error.ts';
import { waitFor } from '../../../src/platform/wait-for.ts';
import type { Manifest } from '../manifest.ts';
import { guardrailManifests } from '../manifests.ts';
import type { GuardrailValues } from '../values.ts';
import { enforcementProbes, isEnforced, type EnforcementProbe } from './enforcement-probes.ts';
import type { KubeAnswer, KubeRequest } from '../../../src/platform/kubernetes/kube-client.ts';

const pollMs = 50;

/**
 * Installs the guardrails in an embedded target: applies the manifests, then waits until every guardrail is enforced.
 * In production, the cluster administrator installs the chart instead. The allowed namespaces must exist. A second run
 * does not turn off a kill switch that is on.
 * @param request must send requests as a user of group `system:masters`.
 * @param deadlineMs how long to wait for all guardrails together, in milliseconds.
 * @throws AirlockError `guardrail-apply-refused` if the target did not accept an object, or `guardrail-not-enforced` if
 * a guardrail is not enforced at the deadline.
 */
export async function installGuardrails(
  request: KubeRequest,
  values: GuardrailValues,
  deadlineMs = 20_000,
): Promise<void> {
  for (const manifest of guardrailManifests(values)) await apply(request, manifest);
  const end = performance.now() + deadlineMs;
  for (const probe of enforcementProbes(values)) await waitUntilEnforced(request, probe, end - performance.now());
}

/** Applies one manifest. Server-side apply does not change fields that the manifest lacks, such as `killSwitch`. */
async function apply(request: KubeRequest, manifest: Manifest): Promise<void> {
  const { status, body } = await request({
    method: 'PATCH',
    path: `${objectPath(refOf(manifest))}?fieldManager=airlock-target&force=true`,
    contentType: 'application/apply-patch+yaml',
    body: manifest,
  });
  if (status < 300) return;
  throw new AirlockError({
    code: 'guardrail-apply-refused',
    message: `the target did not accept ${manifest.kind} ${manifest.metadata.name} (${status}: ${body?.message ?? 'no message'}); correct the values of the chart, or install as a cluster administrator`,
    details: { status, kind: manifest.kind, name: manifest.metadata.name },
  });
}

async function waitUntilEnforced(request: KubeRequest, probe: EnforcementProbe, within: number): Promise<void> {
  let last: KubeAnswer | undefined;
  const notEnforced = (): never => {
    const answer = `${last?.status ?? 'none'} ${String(last?.body?.message ?? '')}`;
    throw new AirlockError({
      code: 'guardrail-not-enforced',
      message: `admission policy ${probe.policy} does not refuse a forbidden request (last answer: ${answer}): do not use this target`,
      details: { policy: probe.policy, status: last?.status },
    });
  };
  const what = `admission policy ${probe.policy} to be enforced`;
  await waitFor({ what, every: pollMs, within, otherwise: notEnforced }, async () => {
    last = await request(probe.call);
    return isEnforced(probe, last);
  });
}
