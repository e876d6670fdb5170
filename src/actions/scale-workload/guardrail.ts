import type { ActionGuardrail } from '../guardrail.ts';

const scale = "'UPDATE apps/deployments/scale'";
// A Scale to 0 has no `replicas`.
const replicas = 'object.spec.?replicas.orValue(0)';

/**
 * The admission rules for `scale-workload`: it may write only the scale of a Deployment, within the administrator's range
 * of replicas.
 */
export function scaleWorkloadGuardrail(): ActionGuardrail {
  return {
    validations: [
      {
        expression: `variables.action != 'scale-workload' || variables.write == ${scale}`,
        message: 'scale-workload: may change only the scale of Deployments',
      },
    ],
    limits: [
      {
        expression:
          `variables.write != ${scale} || ` +
          `(${replicas} >= int(params.data.minReplicas) && ${replicas} <= int(params.data.maxReplicas))`,
        message: "scale-workload: the number of replicas is outside the administrator's range",
      },
    ],
  };
}
