import type { Dossier } from '../../domain/approval/dossier.ts';
import { findObject, type KubeObject } from '../../domain/kubernetes/object.ts';
import type { ChangeLine } from '../../domain/rehearsal/report.ts';
import type { Snapshot } from '../../domain/rehearsal/snapshot.ts';

type Owner = Dossier['owners'][number];
type Fields = Record<string, unknown>;

/** One entry of `metadata.managedFields` (Kubernetes API, ManagedFieldsEntry), as far as it is read here. */
interface Managed {
  manager?: string;
  operation?: string;
  fieldsV1?: Fields;
}

const ours = 'airlock';
const atMost = 100;

/**
 * Who else writes the fields that a plan changes, from the managed fields of the snapshot's objects. An owner that
 * applies (server-side apply) gets a warning: its next apply conflicts with what was changed.
 */
export function fieldOwners(snapshot: Pick<Snapshot, 'objects'>, diff: readonly ChangeLine[]): Owner[] {
  const owners = diff.flatMap(({ object: ref, path }) => {
    const object = findObject(snapshot.objects, ref);
    return object ? ownersOf(object, path) : [];
  });
  const once = new Map(owners.map((owner) => [`${owner.field} ${owner.manager}`, owner]));
  return [...once.values()].slice(0, atMost);
}

function ownersOf(object: KubeObject, path: string): Owner[] {
  const keys = path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  return ((object.metadata.managedFields ?? []) as Managed[])
    .filter((entry) => entry.manager !== ours && covers(entry.fieldsV1 ?? {}, object, keys))
    .map(({ manager = 'unknown', operation }) => ({
      field: path,
      manager,
      ...(operation === 'Apply' ? { warning: `the next apply by ${manager} conflicts with this change` } : {}),
    }));
}

/** True when a set of fields holds the one at `keys`, or something above it as a whole. */
function covers(fields: Fields, value: unknown, [key, ...rest]: string[]): boolean {
  const inner = key === undefined ? [] : Object.keys(fields).filter((field) => names(field, key, value));
  if (key === undefined) return true;
  const below = (value as Fields | undefined)?.[key];
  return inner.some((field) => {
    const next = fields[field] as Fields;
    return Object.keys(next).length === 0 || covers(next, below, rest);
  });
}

/** `f:name` is a member, `k:{...}` the list item with those members; the others never stand on the way to a field. */
function names(field: string, key: string, value: unknown): boolean {
  if (field === `f:${key}`) return true;
  if (!field.startsWith('k:') || !Array.isArray(value)) return false;
  const item = value[Number(key)] as Fields | undefined;
  const wanted = JSON.parse(field.slice(2)) as Fields;
  return item !== undefined && Object.entries(wanted).every(([member, expected]) => item[member] === expected);
}
