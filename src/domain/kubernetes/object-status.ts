import type { KubeObject } from './object.ts';

/** One condition of an object's status. */
export function condition(
  object: KubeObject,
  type: string,
): { status: string; reason?: string; message?: string; lastTransitionTime?: string } | undefined {
  return (object['status']?.conditions ?? []).find((entry: { type: string }) => entry.type === type);
}

/** True for a pod that has not ended (phase Succeeded or Failed) and is not being deleted. */
export function isLivePod(object: KubeObject): boolean {
  const phase = object['status']?.phase;
  return object.kind === 'Pod' && !object.metadata.deletionTimestamp && phase !== 'Succeeded' && phase !== 'Failed';
}
