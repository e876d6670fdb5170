import type { Dossier } from '../../domain/approval/dossier.ts';
import { findObject, type KubeObject } from '../../domain/kubernetes/object.ts';
import type { ChangeLine } from '../../domain/rehearsal/report.ts';
import type { Snapshot } from '../../domain/rehearsal/snapshot.ts';
import { omitUndefined } from '../../lib/omit-undefined.ts';
import { keysOfJsonPointer } from '../../lib/json/json-pointer.ts';

/** One entry of `fieldManagers` in a dossier. */
type FieldManager = Dossier['fieldManagers'][number];

/** A set of fields, in the format FieldsV1 of the Kubernetes API. */
type FieldsV1 = Record<string, unknown>;

type JsonObject = Record<string, unknown>;

/** The members of a ManagedFieldsEntry (meta/v1) that this file reads. */
interface ManagedFieldsEntry {
  manager?: string;
  operation?: string;
  fieldsV1?: FieldsV1;
}

const airlockManager = 'airlock';

/**
 * Returns the field managers, except Airlock, of the fields that a plan changes. Each pair of a field path and a
 * manager appears once. If a manager uses server-side apply, `warning` says that the manager's next
 * apply conflicts with the change.
 * @param snapshot contains the objects with their `metadata.managedFields`.
 * @param diff the fields that the plan changes.
 */
export function fieldManagers(snapshot: Pick<Snapshot, 'objects'>, diff: readonly ChangeLine[]): FieldManager[] {
  const managers = diff.flatMap(({ object: ref, path }) => {
    const object = findObject(snapshot.objects, ref);
    return object ? managersOf(object, path) : [];
  });
  const unique = new Map(managers.map((each) => [`${each.field} ${each.manager}`, each]));
  return [...unique.values()];
}

function managersOf(object: KubeObject, path: string): FieldManager[] {
  const keys = keysOfJsonPointer(path);
  return ((object.metadata.managedFields ?? []) as ManagedFieldsEntry[])
    .filter((entry) => entry.manager !== airlockManager && covers(entry.fieldsV1 ?? {}, object, keys))
    .map(({ manager = 'unknown', operation }) => {
      const warning = operation === 'Apply' ? `the next apply by ${manager} conflicts with this change` : undefined;
      return omitUndefined({ field: path, manager, warning });
    });
}

/**
 * Returns true if `fields` contains the field at `path` in `value`, a part of this field, or a whole object around this
 * field. In FieldsV1, `{"f:spec": {}}` means the whole object `spec`.
 */
function covers(fields: FieldsV1, value: unknown, path: string[]): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return true;
  const elements = Object.keys(fields).filter((element) => standsFor(element, key, value));
  const innerValue = (value as JsonObject | undefined)?.[key];
  return elements.some((element) => {
    const innerFields = fields[element] as FieldsV1;
    return Object.keys(innerFields).length === 0 || covers(innerFields, innerValue, rest);
  });
}

/**
 * Returns true if `element` (a key in FieldsV1) stands for the member or list item `key` of `value`. `f:image` stands
 * for the member `image`. `k:{"name":"web"}` stands for the list item whose `name` is `web`. Other elements, such as
 * `v:` for an item of a set, are not supported. So the managers of an item of a set are not found.
 */
function standsFor(element: string, key: string, value: unknown): boolean {
  if (element === `f:${key}`) return true;
  if (!element.startsWith('k:') || !Array.isArray(value)) return false;
  const item = value[Number(key)] as JsonObject | undefined;
  const itemKeys = JSON.parse(element.slice(2)) as JsonObject;
  return item !== undefined && Object.entries(itemKeys).every(([member, expected]) => item[member] === expected);
}
