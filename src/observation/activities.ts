import { asFailure } from '../platform/activity-failure.ts';
import type { ObservationActivities } from './contract.ts';
import { observe, type ObserveDeps } from './evidence/observe.ts';
import { rehearse, type RehearseDeps } from './rehearsal/rehearse.ts';
import { verify, type VerifyDeps } from './verification/verify.ts';

export type ObservationDeps = ObserveDeps & RehearseDeps & VerifyDeps;

/** What observation does for workflows. All of them may be tried again: they only read, and store by digest. */
export function createActivities(deps: ObservationDeps): ObservationActivities {
  return {
    observe: asFailure((input) => observe(deps, input)),
    rehearse: asFailure((input) => rehearse(deps, input)),
    verify: asFailure((input) => verify(deps, input)),
    closeLease: asFailure(({ incident: { cluster, id, trace } }) =>
      deps.leases.close({ cluster, incident: id, trace }),
    ),
  };
}
