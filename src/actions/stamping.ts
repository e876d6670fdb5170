import type { KubeObject } from '../domain/kubernetes/object.ts';
import { prefix } from '../domain/names.ts';
import { pointer, type PatchOperation } from '../domain/plan/patch.ts';
import type { Stamp } from './action.ts';

const annotations = { execution: `${prefix}execution`, trace: `${prefix}trace` };

/** The annotations by which an object says which step of which execution wrote it last. */
export function stamped(stamp: Stamp): Record<string, string> {
  return { [annotations.execution]: `${stamp.execution}.${stamp.step}`, [annotations.trace]: stamp.trace };
}

/** The operations of a patch that set these annotations. */
export function stamping(live: KubeObject, stamp: Stamp): PatchOperation[] {
  if (!live.metadata.annotations) return [{ op: 'add', path: '/metadata/annotations', value: stamped(stamp) }];
  return Object.entries(stamped(stamp)).map(([key, value]) => ({
    op: 'add',
    path: pointer('metadata', 'annotations', key),
    value,
  }));
}

/**
 * True where the object carries this very step's stamp. Alone it proves nothing: a later `kubectl rollout undo` brings
 * annotations of old ReplicaSets back.
 */
export function hasStamp(live: KubeObject, stamp: Stamp): boolean {
  return live.metadata.annotations?.[annotations.execution] === stamped(stamp)[annotations.execution];
}
