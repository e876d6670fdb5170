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
  const innerValue = (value as JsonObject | undefined)?.[key];
  return fieldsOf(fields, value, key).some(
    (innerFields) => Object.keys(innerFields).length === 0 || covers(innerFields, innerValue, rest),
  );
}

/**
 * Returns the fields below the member or list item `key` of `value`. `f:image` stands for the member `image`.
 * `k:{"name":"web"}` stands for the list item whose `name` is `web`. Other elements, such as `v:` for an item of a set,
 * are not supported. So the managers of an item of a set are not found.
 */
function fieldsOf(fields: FieldsV1, value: unknown, key: string): FieldsV1[] {
  const ofMember = fields[`f:${key}`] as FieldsV1 | undefined;
  const item = Array.isArray(value) ? (value[Number(key)] as JsonObject | undefined) : undefined;
  const ofItem = item === undefined ? [] : listItems(fields).filter(({ itemKeys }) => hasKeys(item, itemKeys));
  return [...(ofMember ? [ofMember] : []), ...ofItem.map(({ innerFields }) => innerFields)];
}

interface ListItem {
  itemKeys: [member: string, value: unknown][];
  innerFields: FieldsV1;
}

// A plan can change 2,000 items of a list with as many entries in each manager's fields, so each set of fields is parsed
// only once.
const parsedItems = new WeakMap<FieldsV1, ListItem[]>();

function listItems(fields: FieldsV1): ListItem[] {
  const known = parsedItems.get(fields);
  if (known) return known;
  const items = Object.entries(fields)
    .filter(([element]) => element.startsWith('k:'))
    .map(([element, innerFields]) => ({
      itemKeys: Object.entries(JSON.parse(element.slice(2)) as JsonObject),
      innerFields: innerFields as FieldsV1,
    }));
  parsedItems.set(fields, items);
  return items;
}

function hasKeys(item: JsonObject, itemKeys: ListItem['itemKeys']): boolean {
  return itemKeys.every(([member, value]) => item[member] === value);
}
