import type { KubeObject, ObjectRef } from '../domain/kubernetes/object.ts';
import type { Change } from '../domain/plan/patch.ts';

/** What a step needs from a Kubernetes API server. The implementation adds the credential to each request. */
export interface KubernetesApi {
  /** Reads an object; undefined if it does not exist. @throws AirlockError `kubernetes-<reason>` for all other errors. */
  get(ref: ObjectRef): Promise<KubeObject | undefined>;
  /**
   * Sends a JSON patch as field manager `airlock`, without `force`. @returns the object after the patch.
   * @throws AirlockError `kubernetes-<reason>` with `details.status`: `kubernetes-forbidden` (401, 403, admission),
   * `kubernetes-conflict` (409), `kubernetes-invalid` (a failed `test`, 422), `kubernetes-unreachable` (no answer; the
   * write may have happened).
   */
  patch(change: Change, options: { dryRun: boolean }): Promise<KubeObject>;
}
