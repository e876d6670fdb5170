import { setTimeout as sleep } from 'node:timers/promises';
import { AirlockError } from '../../../src/lib/error.ts';
import { biteProbes, type BiteProbe } from './enforcement-probes.ts';
import type { KubeRequest } from './kube-request.ts';
import { pathOf, type Manifest } from '../manifest.ts';
import { ownerManifests } from '../manifests.ts';
import type { OwnerValues } from '../values.ts';

const pauseMs = 50;

/**
 * What the owner of a target does once, with an identity of `system:masters`: applies the manifests, then waits until
 * every lock refuses what it must. May be run again; a halt stays. The allowed namespaces must exist.
 * @throws AirlockError `owner-apply-refused` (an object was not accepted) or `lock-does-not-bite` (deadline passed).
 */
export async function installOwner(request: KubeRequest, values: OwnerValues, deadlineMs = 20_000): Promise<void> {
  for (const manifest of ownerManifests(values)) await apply(request, manifest);
  const until = Date.now() + deadlineMs;
  for (const probe of biteProbes(values)) await waitForBite(request, probe, until);
}

/** Server-side apply: the owner's own tool on the owner's own objects, so that keys of others (`halted`) stay. */
async function apply(request: KubeRequest, manifest: Manifest): Promise<void> {
  const { status, body } = await request({
    method: 'PATCH',
    path: `${pathOf(manifest)}?fieldManager=airlock-target&force=true`,
    contentType: 'application/apply-patch+yaml',
    body: manifest,
  });
  if (status < 300) return;
  throw new AirlockError({
    code: 'owner-apply-refused',
    message: `${manifest.kind} ${manifest.metadata.name} was not accepted by the target (${status}): ${body?.message ?? ''}`,
    next: 'stop',
    details: { status, kind: manifest.kind, name: manifest.metadata.name },
  });
}

async function waitForBite(request: KubeRequest, { policy, says, call }: BiteProbe, until: number): Promise<void> {
  for (;;) {
    const { status, body } = await request(call);
    const message = String(body?.message ?? '');
    if (status >= 400 && message.includes(`'${policy}'`) && says.test(message)) return;
    if (Date.now() > until) {
      throw new AirlockError({
        code: 'lock-does-not-bite',
        message: `admission policy ${policy} did not refuse in time what it must (last answer ${status} ${message}): do not use this target`,
        next: 'stop',
        details: { policy, status },
      });
    }
    await sleep(pauseMs);
  }
}
