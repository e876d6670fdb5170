import type { KubeObject } from './object.ts';

/** Returns the condition of this type in the object's status, if there is one. */
export function conditionOf(
  object: KubeObject,
  type: string,
): { status: string; reason?: string; message?: string; lastTransitionTime?: string } | undefined {
  return (object['status']?.conditions ?? []).find((entry: { type: string }) => entry.type === type);
}

/** Returns true for a pod that is not being deleted and whose phase is neither Succeeded nor Failed. */
export function isLivePod(object: KubeObject): boolean {
  const phase = object['status']?.phase;
  return object.kind === 'Pod' && !object.metadata.deletionTimestamp && phase !== 'Succeeded' && phase !== 'Failed';
}
