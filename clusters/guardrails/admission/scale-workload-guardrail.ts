import type { Validation } from './admission-policy.ts';

const scaling = "variables.action != 'scale-workload'";
const right = "variables.write == 'UPDATE apps/deployments/scale'";

/** What `scale-workload` may write: a Deployment's scale. How far is the bounds lock's. */
export function scaleWorkloadValidations(): Validation[] {
  return [{ expression: `${scaling} || ${right}`, message: 'scale-workload: only the scale of a Deployment' }];
}
