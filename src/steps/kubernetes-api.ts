import type { KubeObject, ObjectRef } from '../domain/kubernetes/object.ts';
import type { Change } from '../domain/plan/patch.ts';

/** What a step needs of a Kubernetes API server. The implementation holds the identity. */
export interface KubernetesApi {
  /** @returns undefined when the object does not exist. @throws AirlockError `kubernetes-<reason>` for other refusals. */
  get(ref: ObjectRef): Promise<KubeObject | undefined>;
  /**
   * Applies a JSON patch as field manager `airlock`, never forced.
   * @throws AirlockError `kubernetes-<reason>` with `details.status`: `kubernetes-forbidden` (401, 403, admission),
   * `kubernetes-conflict` (409), `kubernetes-invalid` (a failed `test`, 422), `kubernetes-unreachable` (no answer; the
   * write may have happened).
   */
  patch(change: Change, options: { dryRun: boolean }): Promise<KubeObject>;
}
