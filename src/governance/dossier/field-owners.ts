import type { Dossier } from '../../domain/approval/dossier.ts';
import { findObject, type KubeObject } from '../../domain/kubernetes/object.ts';
import type { ChangeLine } from '../../domain/rehearsal/report.ts';
import type { Snapshot } from '../../domain/rehearsal/snapshot.ts';
import { defined } from '../../lib/defined.ts';
import { keysOfJsonPointer } from '../../lib/json-pointer.ts';

type Owner = Dossier['owners'][number];
type Fields = Record<string, unknown>;

/** The members of an entry of `metadata.managedFields` that are read here (Kubernetes API, ManagedFieldsEntry). */
interface Managed {
  manager?: string;
  operation?: string;
  fieldsV1?: Fields;
}

const ownManager = 'airlock';
const maxOwners = 100;

/**
 * Field managers other than Airlock of the fields that a plan changes, from the managed fields of the snapshot's objects.
 * A manager that uses server-side apply gets a warning: its next apply conflicts with the change.
 */
export function fieldOwners(snapshot: Pick<Snapshot, 'objects'>, diff: readonly ChangeLine[]): Owner[] {
  const owners = diff.flatMap(({ object: ref, path }) => {
    const object = findObject(snapshot.objects, ref);
    return object ? ownersOf(object, path) : [];
  });
  const once = new Map(owners.map((owner) => [`${owner.field} ${owner.manager}`, owner]));
  return [...once.values()].slice(0, maxOwners);
}

function ownersOf(object: KubeObject, path: string): Owner[] {
  const keys = keysOfJsonPointer(path);
  return ((object.metadata.managedFields ?? []) as Managed[])
    .filter((entry) => entry.manager !== ownManager && covers(entry.fieldsV1 ?? {}, object, keys))
    .map(({ manager = 'unknown', operation }) => {
      const warning = operation === 'Apply' ? `the next apply by ${manager} conflicts with this change` : undefined;
      return defined({ field: path, manager, warning });
    });
}

/** True when a set of fields contains the field at `keys`, or an object above it as a whole. */
function covers(fields: Fields, value: unknown, [key, ...rest]: string[]): boolean {
  const inner = key === undefined ? [] : Object.keys(fields).filter((field) => names(field, key, value));
  if (key === undefined) return true;
  const below = (value as Fields | undefined)?.[key];
  return inner.some((field) => {
    const next = fields[field] as Fields;
    return Object.keys(next).length === 0 || covers(next, below, rest);
  });
}

/** `f:name` is a member, `k:{...}` the list item with those keys. Other kinds (`v:`, `i:`) do not occur above a field. */
function names(field: string, key: string, value: unknown): boolean {
  if (field === `f:${key}`) return true;
  if (!field.startsWith('k:') || !Array.isArray(value)) return false;
  const item = value[Number(key)] as Fields | undefined;
  const itemKeys = JSON.parse(field.slice(2)) as Fields;
  return item !== undefined && Object.entries(itemKeys).every(([member, expected]) => item[member] === expected);
}
