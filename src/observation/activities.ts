import { asFailure } from '../platform/activity-failure.ts';
import type { ObservationActivities } from './contract.ts';
import { observe, type ObserveDeps } from './evidence/observe.ts';
import { rehearse, type RehearseDeps } from './rehearsal/rehearse.ts';
import { verify, type VerifyDeps } from './verification/verify.ts';

/** Everything that the activities of the observation plane need from outside. */
export type ObservationDeps = ObserveDeps & RehearseDeps & VerifyDeps;

/**
 * Creates the activities of the observation plane. Each activity can be retried, because no activity changes what the
 * cluster runs, and documents are stored under their digests.
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
