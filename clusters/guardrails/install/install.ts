import { refOf } from '../../../src/domain/kubernetes/object.ts';
import { objectPath } from '../../../src/domain/kubernetes/resource-path.ts';
import { AirlockError } from '../../../src/lib/error.ts';
import { cutSecrets } from '../../../src/lib/secrets/cut-secrets.ts';
import { waitFor } from '../../../src/platform/wait-for.ts';
import type { Manifest } from '../manifest.ts';
import { guardrailManifests } from '../manifests.ts';
import type { GuardrailValues } from '../values.ts';
import { enforcementProbes, isEnforced, type EnforcementProbe } from './enforcement-probes.ts';
import type { KubeAnswer, KubeRequester } from '../../../src/platform/kubernetes/kube-client.ts';

const pollMs = 50;

/**
 * Installs the guardrails in an embedded target: applies the manifests, then waits until the API server enforces every
 * admission policy. The allowed namespaces must exist. A second run does not turn off a kill switch that is on. In
 * production, the cluster administrator installs the chart instead.
 * @param request sends the requests. Its user must be in the group `system:masters`.
 * @param timeoutMs how long to wait for all admission policies together, in milliseconds.
 * @throws AirlockError `guardrail-apply-refused` if the target did not accept an object, or `guardrail-not-enforced` if
 * an admission policy is not enforced within `timeoutMs`.
 */
export async function installGuardrails(
  request: KubeRequester,
  values: GuardrailValues,
  timeoutMs = 20_000,
): Promise<void> {
  for (const manifest of guardrailManifests(values)) await apply(request, manifest);
  const end = performance.now() + timeoutMs;
  for (const probe of enforcementProbes(values)) await waitUntilEnforced(request, probe, end - performance.now());
}

/**
 * Applies one manifest. The manifest of the limits does not contain the key `killSwitch`. So server-side apply does not
 * change this key.
 */
async function apply(request: KubeRequester, manifest: Manifest): Promise<void> {
  const { status, body } = await request({
    method: 'PATCH',
    path: `${objectPath(refOf(manifest))}?fieldManager=airlock-target&force=true`,
    contentType: 'application/apply-patch+yaml',
    body: manifest,
  });
  if (status < 300) return;
  throw new AirlockError({
    code: 'guardrail-apply-refused',
    message: `the target did not accept ${manifest.kind} ${manifest.metadata.name} (${status}: ${cutSecrets(String(body?.message ?? 'no message'))}); correct the values of the chart, or use the credential of a cluster administrator`,
    details: { status, kind: manifest.kind, name: manifest.metadata.name },
  });
}

async function waitUntilEnforced(request: KubeRequester, probe: EnforcementProbe, withinMs: number): Promise<void> {
  let last: KubeAnswer | undefined;
  const notEnforced = (): never => {
    const answer = `${last?.status ?? 'none'} ${cutSecrets(String(last?.body?.message ?? ''))}`;
    throw new AirlockError({
      code: 'guardrail-not-enforced',
      message: `admission policy ${probe.policy} is not enforced: the target did not refuse a forbidden request as expected (last answer: ${answer}); do not use this target`,
      details: { policy: probe.policy, status: last?.status },
    });
  };
  const what = `admission policy ${probe.policy} to be enforced`;
  await waitFor({ what, every: pollMs, within: withinMs, jitter: 0.2, otherwise: notEnforced }, async () => {
    last = await request(probe.call);
    return isEnforced(probe, last);
  });
}
