import { asFailure } from '../platform/activity-failure.ts';
import type { ObservationActivities } from './contract.ts';
import { observe, type ObserveDeps } from './evidence/observe.ts';
import { rehearse, type RehearseDeps } from './rehearsal/rehearse.ts';
import { verify, type VerifyDeps } from './verification/verify.ts';

/** What the activities of the observation plane need. */
export type ObservationDeps = ObserveDeps & RehearseDeps & VerifyDeps;

/**
 * The activities of the observation plane. All can be retried: they only read clusters. They store documents under
 * their digest, so storing a document again changes nothing.
 */
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
