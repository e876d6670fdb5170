import { Environment } from '@marcbachmann/cel-js';
import { refused } from '../../lib/error.ts';
import type { Action } from '../../actions/action.ts';
import type { CommonView, NodeSubjectView, WorkloadView } from '../view/view.ts';

type Fields = Record<string, string>;

/** Fields of a `PodsSummary`. */
const podsSummary = { total: 'int', ready: 'int', crashLooping: 'int', cannotPull: 'int', unschedulable: 'int' };

/**
 * The object types that expressions can use. The fields have the same names as in view.ts. The field types are in CEL's
 * syntax. An expression with any other field is invalid.
 */
const types = {
  Alert: { name: 'string', labels: 'map<string, string>' },
  Workload: { cluster: 'string', namespace: 'string', name: 'string' },
  Deployment: {
    name: 'string',
    replicas: 'int',
    ready: 'int',
    updated: 'int',
    paused: 'bool',
    observed: 'bool',
    progress: 'string',
  },
  PodsSummary: podsSummary,
  ReplicaSet: { name: 'string', revision: 'int', replicas: 'int', pods: 'PodsSummary' },
  Pod: {
    name: 'string',
    replicaSet: 'string',
    phase: 'string',
    node: 'string',
    restarts: 'int',
    live: 'bool',
    ready: 'bool',
    scheduled: 'bool',
    crashLooping: 'bool',
    cannotPull: 'bool',
  },
  Event: { reason: 'string', type: 'string', kind: 'string', name: 'string', count: 'int' },
  Node: { name: 'string', ready: 'bool', schedulable: 'bool' },
  Hpa: { name: 'string', kind: 'string', target: 'string', min: 'int', max: 'int' },
} as const satisfies Record<string, Fields>;
type TypeName = keyof typeof types;

const common = {
  alert: 'Alert',
  observedAt: 'int',
  pods: 'list<Pod>',
  events: 'list<Event>',
  nodes: 'list<Node>',
} as const satisfies Record<keyof CommonView, string>;

/** The variables of expressions, by the kind of object that the playbook's action changes. */
const variables = {
  Deployment: {
    ...common,
    workload: 'Workload',
    deployment: 'Deployment',
    replicaSets: 'list<ReplicaSet>',
    hpas: 'list<Hpa>',
  } satisfies Record<keyof WorkloadView, string>,
  Node: { ...common, node: 'Node' } satisfies Record<keyof NodeSubjectView, string>,
};
type TargetKind = Action['targetKind'];

// The CEL library knows the type of an object by its class, so there is one class for each type.
const classes = Object.fromEntries(Object.keys(types).map((name) => [name, class {}])) as Record<
  TypeName,
  new () => object
>;

/** Limits of one expression. Playbooks need far less. An expression within these limits takes no noticeable time. */
const limits = { maxAstNodes: 300, maxDepth: 24, maxListElements: 50, maxMapEntries: 50, maxCallArguments: 8 };

/** Creates a CEL environment with the variables for this kind of object. Any other variable is an error. */
export function createEnvironment(targetKind: TargetKind): Environment {
  const environment = new Environment({ unlistedVariablesAreDyn: false, limits });
  for (const [name, fields] of Object.entries(types)) {
    environment.registerType(name, { ctor: classes[name as TypeName], fields });
  }
  for (const [name, type] of Object.entries(variables[targetKind])) environment.registerVariable(name, type);
  return environment;
}

/**
 * Converts a view into CEL values.
 * @throws AirlockError `evidence-invalid` if a field of type `int` contains no integer. An API server never returns
 * such an object.
 */
export function celContext(view: WorkloadView | NodeSubjectView): Record<string, unknown> {
  const values: Record<string, unknown> = { ...view };
  const known = variables['node' in view ? 'Node' : 'Deployment'];
  return Object.fromEntries(Object.entries(known).map(([name, type]) => [name, celValue(values[name], type)]));
}

function celValue(value: unknown, type: string): unknown {
  const element = /^list<(.+)>$/.exec(type)?.[1];
  if (element) return (value as unknown[]).map((entry) => celValue(entry, element));
  if (type === 'int') return integer(value);
  if (!(type in types)) return value;
  const fields: Fields = types[type as TypeName];
  const members = Object.entries(fields).map(([name, fieldType]) => [
    name,
    celValue((value as Fields)[name], fieldType),
  ]);
  return Object.assign(new classes[type as TypeName](), Object.fromEntries(members));
}

function integer(value: unknown): bigint {
  if (Number.isSafeInteger(value)) return BigInt(value as number);
  throw refused(
    'evidence-invalid',
    'the evidence contains a non-integer in a field that is an integer in Kubernetes: the incident needs new evidence',
  );
}
