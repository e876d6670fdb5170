import { AirlockError } from '../../src/lib/error.ts';
import { sameJson } from '../../src/lib/json/json.ts';
import { describeRef, type KubeObject, type ObjectRef } from '../../src/domain/kubernetes/object.ts';
import type { Change } from '../../src/domain/plan/patch.ts';
import type { Grants, LeaseRecord } from '../../src/execution/ports.ts';
import type { KubernetesApi } from '../../src/steps/kubernetes-api.ts';

/** Faults that a real cluster cannot be made to have at a given moment. Each happens once. */
export interface Faults {
  /** The write with this number, counted from 1, happens, but its answer is lost. */
  loseAnswerOfWrite?: number;
  /** Another client writes the object, for example its status, between our read and the write with this number. */
  statusBeforeWrite?: number;
  /** Called before each write. */
  beforeWrite?: () => Promise<void>;
  /** Called after each write. */
  afterWrite?: () => Promise<void>;
  /** The error of the next request to Vault. */
  failMint?: AirlockError;
  failRevoke?: AirlockError;
  /** The minted identity may read every object. */
  tooWide?: boolean;
}

/** A fake target cluster with Deployments, and a fake Vault, for faults that cannot be provoked otherwise. */
export interface FakeTarget {
  objects: Map<string, KubeObject>;
  grants: Grants;
  faults: Faults;
  /** Names of the written Deployments, in order, without dry runs. */
  writes: string[];
  /** Executions with a live lease. */
  alive: Set<string>;
  minted: number;
}

export function fakeTarget(objects: KubeObject[]): FakeTarget {
  const target: FakeTarget = {
    objects: new Map(objects.map((object) => [object.metadata.name, structuredClone(object)])),
    faults: {},
    writes: [],
    alive: new Set(),
    minted: 0,
    grants: {
      async mint({ execution, rules }) {
        target.alive.add(execution);
        target.minted += 1;
        if (target.faults.failMint) throw take(target.faults, 'failMint');
        const names = rules.flatMap((rule) => rule.resourceNames);
        const api = apiOf(target, (name) => target.faults.tooWide === true || names.includes(name));
        const id = `${execution}-${String(target.minted)}`;
        return { leaseId: `lease-${id}`, serviceAccount: `airlock-${id}`, api, [Symbol.dispose]: () => undefined };
      },
      async revoke({ execution }: LeaseRecord) {
        if (target.faults.failRevoke) throw take(target.faults, 'failRevoke');
        target.alive.delete(execution);
      },
      executionsWithRole: async () => [...target.alive],
    },
  };
  return target;
}

function take<K extends keyof Faults>(faults: Faults, name: K): Faults[K] {
  const fault = faults[name];
  delete faults[name];
  return fault;
}

function apiOf(target: FakeTarget, mayTouch: (name: string) => boolean): KubernetesApi {
  const read = (ref: ObjectRef): KubeObject | undefined => {
    if (!mayTouch(ref.name)) throw kubernetes('forbidden', `${describeRef(ref)} is forbidden`);
    return target.objects.get(ref.name);
  };
  return {
    get: async (ref) => structuredClone(read(ref)),
    async patch(change, { dryRun }) {
      if (!dryRun) await target.faults.beforeWrite?.();
      const live = read(change.object);
      if (!live) throw kubernetes('not-found', 'gone');
      const number = target.writes.length + 1;
      if (!dryRun) {
        if (target.faults.statusBeforeWrite === number) {
          delete target.faults.statusBeforeWrite;
          touch(live);
        }
      }
      const next = patched(live, change);
      if (dryRun) return next;
      target.objects.set(next.metadata.name, touch(next));
      target.writes.push(next.metadata.name);
      if (target.faults.loseAnswerOfWrite === number) {
        delete target.faults.loseAnswerOfWrite;
        throw kubernetes('unreachable', 'no answer');
      }
      await target.faults.afterWrite?.();
      return structuredClone(next);
    },
  };
}

function touch(object: KubeObject): KubeObject {
  object.metadata.resourceVersion = String(Number(object.metadata.resourceVersion) + 1);
  return object;
}

function patched(live: KubeObject, { patch }: Change): KubeObject {
  const next = structuredClone(live);
  for (const operation of patch) {
    const keys = operation.path.split('/').slice(1);
    const last = keys.pop() ?? '';
    const parent = keys.reduce<any>((value, key) => value[key], next);
    if (operation.op === 'remove') delete parent[last];
    else if (operation.op !== 'test') parent[last] = operation.value;
    else if (!sameJson(parent[last], operation.value)) throw kubernetes('conflict', `${operation.path} has changed`);
  }
  return next;
}

function kubernetes(reason: 'conflict' | 'forbidden' | 'not-found' | 'unreachable', message: string): AirlockError {
  return new AirlockError({ code: `kubernetes-${reason}`, message });
}
