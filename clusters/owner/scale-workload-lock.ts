import type { Validation } from './admission-policy.ts';

const scaling = "variables.action != 'scale-workload'";
const right = "variables.write == 'UPDATE apps/deployments/scale'";
// A Scale to 0 has no `replicas` at all.
const replicas = 'object.spec.?replicas.orValue(0)';

/** What `scale-workload` may write: a Deployment's scale, inside the owner's range. */
export function scaleWorkloadValidations(): Validation[] {
  return [
    { expression: `${scaling} || ${right}`, message: 'scale-workload: only the scale of a Deployment' },
    {
      expression:
        `${scaling} || !(${right}) || ` +
        `(${replicas} >= int(params.data.minReplicas) && ${replicas} <= int(params.data.maxReplicas))`,
      message: "scale-workload: outside the owner's range of replicas",
    },
  ];
}
