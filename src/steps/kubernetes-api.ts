import type { KubeObject, ObjectRef } from '../domain/kubernetes/object.ts';
import type { Change } from '../domain/plan/patch.ts';

/** What a step needs from a Kubernetes API server. The implementation adds the credential to each request. */
export interface KubernetesApi {
  /**
   * Returns an object, or undefined if the object does not exist.
   * @throws AirlockError `kubernetes-<reason>` for all other errors.
   */
  get(ref: ObjectRef): Promise<KubeObject | undefined>;
  /**
   * Sends a JSON patch as field manager `airlock`, without `force`. @returns the object after the patch.
   * @throws AirlockError `kubernetes-<reason>`. Important reasons are `kubernetes-forbidden` (401, 403, admission),
   * `kubernetes-conflict` (409), `kubernetes-patch-failed` (a `test` of the patch failed, 422) and `kubernetes-invalid`
   * (another 422). After `kubernetes-unreachable` (no answer) the write may have happened.
   */
  patch(change: Change, options: { dryRun: boolean }): Promise<KubeObject>;
}
