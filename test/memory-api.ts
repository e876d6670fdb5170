import type { ErrorCode } from '../src/lib/error-catalogue.ts';
import { AirlockError } from '../src/lib/error.ts';
import { describeRef, refOf, sameRef, type KubeObject, type ObjectRef } from '../src/domain/kubernetes/object.ts';
import type { Change, PatchOperation } from '../src/domain/plan/patch.ts';
import { keysOfJsonPointer } from '../src/lib/json/json-pointer.ts';
import { sameJson } from '../src/lib/json/json.ts';
import type { KubernetesApi } from '../src/steps/kubernetes-api.ts';

/** What an API server can do to a write that a real one does not do on demand. */
export interface Faults {
  /** Refuses the dry run, as admission does. */
  dryRun?: AirlockError;
  /** Does the write, then gives no answer: once. */
  lostAnswer?: AirlockError;
  /** Called before each write, so that another client's write comes first. */
  before?: (objects: KubeObject[]) => void;
}

/** A KubernetesApi in memory, typed from the port. It is only for faults. Tests of success run on real API servers. */
export interface MemoryApi extends KubernetesApi {
  objects: KubeObject[];
  /** Writes that took effect, without dry runs. */
  writes: Change[];
}

/** Creates a KubernetesApi with these objects. It fails in the ways that `faults` lists. */
export function memoryApi(objects: KubeObject[], faults: Faults = {}): MemoryApi {
  const find = (ref: ObjectRef): KubeObject | undefined => api.objects.find((object) => sameRef(refOf(object), ref));
  const api: MemoryApi = {
    objects: structuredClone(objects),
    writes: [],
    get: async (ref) => structuredClone(find(ref)),
    async patch(change, { dryRun }) {
      if (dryRun && faults.dryRun) throw faults.dryRun;
      if (!dryRun) faults.before?.(api.objects);
      const live = find(change.object);
      if (!live) throw refusal('kubernetes-not-found', describeRef(change.object));
      const patched = structuredClone(live);
      for (const operation of change.patch) apply(patched, operation);
      patched.metadata.resourceVersion = String(Number(live.metadata.resourceVersion) + 1);
      if (dryRun) return patched;
      api.objects = api.objects.map((object) => (object === live ? patched : object));
      api.writes.push(change);
      const lost = faults.lostAnswer;
      delete faults.lostAnswer;
      if (lost) throw lost;
      return structuredClone(patched);
    },
  };
  return api;
}

/** An error as the adapter throws it. */
export function refusal(code: ErrorCode, message: string): AirlockError {
  return new AirlockError({ code, message });
}

function apply(object: KubeObject, operation: PatchOperation): void {
  const keys = keysOfJsonPointer(operation.path);
  const key = keys.pop() ?? '';
  const parent = keys.reduce((at: any, step) => at[step], object);
  if (operation.op === 'test' && !sameJson(parent[key], operation.value)) {
    throw refusal('kubernetes-invalid', `test of ${operation.path} failed`);
  }
  if (operation.op === 'add' || operation.op === 'replace') parent[key] = structuredClone(operation.value);
  if (operation.op === 'remove') delete parent[key];
}
