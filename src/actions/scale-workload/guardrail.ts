import type { ActionGuardrail } from '../guardrails/guardrail.ts';

/** CEL string: the value of `variables.write` if the request updates the scale of a Deployment. */
const scaleUpdate = "'UPDATE apps/deployments/scale'";
/** CEL: the new number of replicas. Kubernetes omits the value 0, so a Scale without the field has 0 replicas. */
const replicas = 'object.spec.?replicas.orValue(0)';

/**
 * The admission rules for `scale-workload`. The action may change only the scale of a Deployment. The new number of
 * replicas must be in the range that the administrator allows.
 */
export function scaleWorkloadGuardrail(): ActionGuardrail {
  return {
    validations: [
      {
        expression: `variables.action != 'scale-workload' || variables.write == ${scaleUpdate}`,
        message: 'scale-workload: may change only the scale of Deployments',
      },
    ],
    limits: [
      {
        expression:
          `variables.write != ${scaleUpdate} || ` +
          `(${replicas} >= int(params.data.minReplicas) && ${replicas} <= int(params.data.maxReplicas))`,
        message: "scale-workload: the number of replicas is outside the administrator's range",
      },
    ],
    openFields: [
      {
        field: 'Scale spec.replicas',
        limit: "the administrator's range of replicas",
        harmless: 'the rehearsal runs the plan with this number, and the approval shows it',
      },
    ],
  };
}
