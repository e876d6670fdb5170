import type { KubeObject, ObjectRef } from '../domain/kubernetes/object.ts';
import type { Change } from '../domain/plan/patch.ts';

/** What a step needs from a Kubernetes API server. The implementation adds the credential to each request. */
export interface KubernetesApi {
  /**
   * Returns the object, or undefined if the API server answers 404.
   * @throws AirlockError `kubernetes-<reason>` if the object cannot be read.
   */
  get(ref: ObjectRef): Promise<KubeObject | undefined>;
  /**
   * Sends the JSON patch of `change` as field manager `airlock`. With `dryRun`, the API server stores nothing.
   * @returns the patched object. For the subresource `scale`: the patched Scale.
   * @throws AirlockError `kubernetes-<reason>`. The most important codes are:
   * - `kubernetes-forbidden`: HTTP status 401 or 403, or an admission policy or webhook denied the patch.
   * - `kubernetes-conflict`: HTTP status 409.
   * - `kubernetes-patch-failed`: HTTP status 422 because the patch does not fit the object, such as a failed `test`.
   * - `kubernetes-invalid`: HTTP status 422 for another reason.
   * - `kubernetes-unreachable`: no complete answer, or an answer that is not JSON. Without `dryRun`, the patch may have
   *   been applied.
   */
  patch(change: Change, options: { dryRun: boolean }): Promise<KubeObject>;
}
