import type { Dossier } from '../../domain/approval/dossier.ts';
import { findObject, type KubeObject } from '../../domain/kubernetes/object.ts';
import type { ChangeLine } from '../../domain/rehearsal/report.ts';
import type { Snapshot } from '../../domain/rehearsal/snapshot.ts';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import { keysOfJsonPointer } from '../../lib/json/json-pointer.ts';

/** An entry of the dossier: one field, and a manager of this field other than Airlock. */
type FieldManager = Dossier['fieldManagers'][number];
type Fields = Record<string, unknown>;

/** An entry of `metadata.managedFields`, with the members that this code reads (Kubernetes API, ManagedFieldsEntry). */
interface Managed {
  manager?: string;
  operation?: string;
  fieldsV1?: Fields;
}

const ownManager = 'airlock';
const maxFieldManagers = 100;

/**
 * Returns the field managers, other than Airlock, of each field that a plan changes. `managedFields` of the objects in
 * the snapshot names these managers. The entry of a manager that uses server-side apply has a warning: the next apply
 * by this manager conflicts with the change.
 */
export function fieldManagers(snapshot: Pick<Snapshot, 'objects'>, diff: readonly ChangeLine[]): FieldManager[] {
  const managers = diff.flatMap(({ object: ref, path }) => {
    const object = findObject(snapshot.objects, ref);
    return object ? managersOf(object, path) : [];
  });
  const unique = new Map(managers.map((each) => [`${each.field} ${each.manager}`, each]));
  return [...unique.values()].slice(0, maxFieldManagers);
}

function managersOf(object: KubeObject, path: string): FieldManager[] {
  const keys = keysOfJsonPointer(path);
  return ((object.metadata.managedFields ?? []) as Managed[])
    .filter((entry) => entry.manager !== ownManager && covers(entry.fieldsV1 ?? {}, object, keys))
    .map(({ manager = 'unknown', operation }) => {
      const warning = operation === 'Apply' ? `the next apply by ${manager} conflicts with this change` : undefined;
      return omitUndefined({ field: path, manager, warning });
    });
}

/**
 * Returns true if a set of fields (FieldsV1) contains the field at this path of keys, or a whole object around the
 * field, such as `{"f:spec": {}}`.
 */
function covers(fields: Fields, value: unknown, [key, ...rest]: string[]): boolean {
  if (key === undefined) return true;
  const entries = Object.keys(fields).filter((field) => isEntryOf(field, key, value));
  const innerValue = (value as Fields | undefined)?.[key];
  return entries.some((field) => {
    const innerFields = fields[field] as Fields;
    return Object.keys(innerFields).length === 0 || covers(innerFields, innerValue, rest);
  });
}

/**
 * Returns true if the entry `field` of FieldsV1 is for the member or list item `key` of `value`. `f:image` is the
 * member `image`. `k:{"name":"web"}` is the list item whose `name` is `web`. Entries with another prefix (`v:`, `i:`)
 * are ignored, because no field is below them.
 */
function isEntryOf(field: string, key: string, value: unknown): boolean {
  if (field === `f:${key}`) return true;
  if (!field.startsWith('k:') || !Array.isArray(value)) return false;
  const item = value[Number(key)] as Fields | undefined;
  const itemKeys = JSON.parse(field.slice(2)) as Fields;
  return item !== undefined && Object.entries(itemKeys).every(([member, expected]) => item[member] === expected);
}
