import { withTemporalFailures } from '../platform/activity-failure.ts';
import type { ObservationActivities } from './contract.ts';
import { observe, type ObserveDeps } from './evidence/observe.ts';
import { rehearse, type RehearseDeps } from './rehearsal/rehearse.ts';
import { verify, type VerifyDeps } from './verification/verify.ts';

/** The dependencies of the activities of the observation plane. */
export type ObservationDeps = ObserveDeps & RehearseDeps & VerifyDeps;

/** Creates the activities of the observation plane. */
export function createActivities(deps: ObservationDeps): ObservationActivities {
  return {
    observe: withTemporalFailures((input) => observe(deps, input)),
    rehearse: withTemporalFailures((input) => rehearse(deps, input)),
    verify: withTemporalFailures((input) => verify(deps, input)),
    closeLease: withTemporalFailures(({ incident: { cluster, id, trace } }) =>
      deps.leases.close({ cluster, incident: id, trace }),
    ),
  };
}
