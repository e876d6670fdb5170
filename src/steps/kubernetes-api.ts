import type { KubeObject, ObjectRef } from '../domain/kubernetes/object.ts';
import type { Change } from '../domain/plan/patch.ts';

/** What a step needs of a Kubernetes API server, under whatever identity the holder was given. */
export interface KubernetesApi {
  /** The object, or undefined where there is none. @throws AirlockError `kubernetes-<reason>` for every other refusal. */
  get(ref: ObjectRef): Promise<KubeObject | undefined>;
  /**
   * Applies a JSON patch as field manager `airlock`, never forced.
   * @throws AirlockError `kubernetes-<reason>` with `details.status`: `kubernetes-forbidden` (401, 403, admission),
   * `kubernetes-conflict` (409), `kubernetes-invalid` (a failed `test`, 422), `kubernetes-unreachable` (no answer; the
   * write may have happened).
   */
  patch(change: Change, options: { dryRun: boolean }): Promise<KubeObject>;
}
