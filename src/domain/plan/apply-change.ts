import { AirlockError } from '../../lib/error.ts';
import { keysOfJsonPointer } from '../../lib/json/json-pointer.ts';
import { sameJson } from '../../lib/json/json.ts';
import { describeRef, refOf, type KubeObject } from '../kubernetes/object.ts';
import type { Change, PatchOperation } from './patch.ts';

/**
 * Returns a copy of the object as the change writes it, before any controller or webhook reacts. A change of the
 * subresource `scale` is applied to the whole object: a Scale has the metadata of its object, and `/spec/replicas` means
 * the same field in both.
 * @throws AirlockError `precondition-changed` if a `test` operation does not match. TypeError if an operation writes into
 * a list: no action does.
 */
export function applyChange(object: KubeObject, { patch }: Change): KubeObject {
  const copy = structuredClone(object);
  for (const operation of patch) apply(copy, operation);
  return copy;
}

function apply(object: KubeObject, operation: PatchOperation): void {
  const keys = keysOfJsonPointer(operation.path);
  const key = keys.pop() ?? '';
  const parent = keys.reduce<unknown>((value, member) => memberOf(value, member), object);
  if (operation.op === 'test') {
    if (!sameJson(memberOf(parent, key), operation.value)) throw testFailed(object, operation.path);
    return;
  }
  if (typeof parent !== 'object' || parent === null || Array.isArray(parent))
    throw new TypeError(`the patch writes ${operation.path}, which is not a member of an object`);
  const members = parent as Record<string, unknown>;
  if (operation.op === 'remove') delete members[key];
  else members[key] = structuredClone(operation.value);
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function testFailed(object: KubeObject, path: string): AirlockError {
  return new AirlockError({
    code: 'precondition-changed',
    message: `${describeRef(refOf(object))} does not have the value that the change expects at ${path}: a new plan is needed`,
  });
}
