import { Environment } from '@marcbachmann/cel-js';
import { refused } from '../../lib/error.ts';
import type { Action } from '../../actions/action.ts';
import type { CommonVariables, NodeVariables, DeploymentVariables } from '../view/view.ts';

/** The CEL type of each field. */
type Fields = Record<string, string>;

/**
 * The object types that expressions can use, with their fields. The fields have the same names as in view.ts. An
 * expression with any other field is invalid.
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
  PodsSummary: { total: 'int', ready: 'int', crashLooping: 'int', cannotPull: 'int', unschedulable: 'int' },
  ReplicaSet: {
    name: 'string',
    current: 'bool',
    byController: 'bool',
    replicas: 'int',
    available: 'int',
    pods: 'PodsSummary',
  },
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

/** The variables of the expressions of every playbook. */
const common = {
  alert: 'Alert',
  observedAt: 'int',
  pods: 'list<Pod>',
  events: 'list<Event>',
  nodes: 'list<Node>',
} as const satisfies Record<keyof CommonVariables, string>;

/** The variables of a playbook's expressions, by the kind of object that the playbook's action changes. */
const variables = {
  Deployment: {
    ...common,
    workload: 'Workload',
    deployment: 'Deployment',
    replicaSets: 'list<ReplicaSet>',
    hpas: 'list<Hpa>',
  } satisfies Record<keyof DeploymentVariables, string>,
  Node: { ...common, node: 'Node' } satisfies Record<keyof NodeVariables, string>,
};
type ChangedKind = Action['changedKind'];

// The CEL library takes the type of an object from the object's JavaScript class. So each type has a class of its own.
const classes = Object.fromEntries(Object.keys(types).map((name) => [name, class {}])) as Record<
  TypeName,
  new () => object
>;

/**
 * Limits of the text of one expression. `maxListElements` and `maxMapEntries` limit lists and maps that are written in
 * the expression. A variable such as `pods` may be longer.
 */
const limits = { maxAstNodes: 300, maxDepth: 24, maxListElements: 50, maxMapEntries: 50, maxCallArguments: 8 };

/**
 * Creates a CEL environment with the variables for this kind of object. The caller can register more variables. An
 * expression with any other variable is invalid.
 */
export function createEnvironment(changedKind: ChangedKind): Environment {
  const environment = new Environment({ unlistedVariablesAreDyn: false, limits });
  for (const [name, fields] of Object.entries(types)) {
    environment.registerType(name, { ctor: classes[name as TypeName], fields });
  }
  for (const [name, type] of Object.entries(variables[changedKind])) environment.registerVariable(name, type);
  return environment;
}

/**
 * Converts the variables of view.ts into CEL values.
 * @throws AirlockError `evidence-invalid` if a value of type `int` is not an integer. No API server returns such an
 * object.
 */
export function celContext(plainValues: DeploymentVariables | NodeVariables): Record<string, unknown> {
  const values: Record<string, unknown> = { ...plainValues };
  const variableTypes = variables['node' in plainValues ? 'Node' : 'Deployment'];
  return Object.fromEntries(Object.entries(variableTypes).map(([name, type]) => [name, celValue(values[name], type)]));
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
    'a field in the evidence must be an integer, but has another value: the incident needs new evidence',
  );
}
