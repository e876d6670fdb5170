import { systemNamespace } from '../../../src/domain/names.ts';
import { admissionPolicy, celString, requestedWrite, type Validation } from './admission-policy.ts';
import { isMinted } from './identities-guardrail.ts';
import type { Manifest } from '../manifest.ts';
import { boundsName } from '../names.ts';
import type { OwnerValues } from '../values.ts';

export const boundsLock = 'airlock-bounds';

/** A user that nobody is: refused only so that it can be seen whether this lock bites and finds the bounds. */
export const biteProbeUser = 'airlock-bite-probe';

const user = 'request.userInfo.username';
// A Scale to 0 has no `replicas` at all.
const replicas = 'object.spec.?replicas.orValue(0)';

/** The kill switch: true for nobody once it is thrown. The second is for the probe alone. */
export const notHalted: readonly Validation[] = [
  {
    expression: "params.?data[?'halted'].orValue('false') == 'false'",
    message: 'Airlock is halted on this cluster; only its owner can clear that',
  },
  { expression: `${user} != ${celString(biteProbeUser)}`, message: 'the bounds are in force' },
];

/**
 * The part of lock 4 that the owner turns while it runs: the kill switch and the range of replicas. It covers all that
 * minted identities could write at all. `halted` may be absent, so that applying the owner's manifests again never
 * clears a halt; anything but absent and `"false"` halts.
 *
 * While the ConfigMap is missing, nobody can write Deployments of the allowed namespaces: the price of failing closed.
 * An owner who takes Airlock out deletes the bindings first.
 */
export function boundsPolicy({ allowedNamespaces }: OwnerValues): Manifest[] {
  const scope = {
    operations: ['CREATE', 'UPDATE', 'DELETE'],
    apiGroups: ['apps'],
    resources: ['deployments', 'deployments/scale'],
    namespaces: allowedNamespaces,
  };
  return admissionPolicy({
    name: boundsLock,
    who: `${isMinted} || ${user} == ${celString(biteProbeUser)}`,
    params: { name: boundsName, namespace: systemNamespace, scope, missing: 'Deny' },
    variables: { write: requestedWrite },
    validations: [
      ...notHalted,
      {
        expression:
          "variables.write != 'UPDATE apps/deployments/scale' || " +
          `(${replicas} >= int(params.data.minReplicas) && ${replicas} <= int(params.data.maxReplicas))`,
        message: "scale-workload: outside the owner's range of replicas",
      },
    ],
  });
}
