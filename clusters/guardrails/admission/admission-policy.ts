import type { Manifest } from '../manifest.ts';

/** A CEL expression that must be true, and the sentence for who is refused. */
export interface Validation {
  expression: string;
  message: string;
}

/** What a lock looks at, where that is less than everything. */
export interface Scope {
  operations: string[];
  apiGroups: string[];
  resources: string[];
  /** None for objects that stand in no namespace. */
  namespaces: readonly string[];
}

/** One admission policy over the writes of some users. */
export interface Lock {
  name: string;
  /** CEL: whose requests it judges. */
  who: string;
  /**
   * ConfigMap whose `data` is `params.data`. Without it everything in the lock's scope is denied, and to everybody:
   * Kubernetes looks for parameters before it asks who. So a lock with parameters states a scope; and where a scope must
   * not come to a halt for everybody, `missing: 'Allow'` leaves the lock out while there are no parameters.
   */
  params?: { name: string; namespace: string; scope: Scope; missing: 'Deny' | 'Allow' };
  /** CEL by name, lazily evaluated, in order of definition. */
  variables: Record<string, string>;
  validations: Validation[];
}

const api = 'admissionregistration.k8s.io/v1';

/**
 * Renders a lock: policy and binding.
 * - Without a scope it matches every operation on every resource and subresource, so that it denies by default: what
 *   it does not know, such as a kind that a later Kubernetes adds, is refused.
 * - `failurePolicy: Fail`: an expression that cannot be evaluated refuses.
 * - `parameterNotFoundAction`: see `params`.
 */
export function admissionPolicy({ name, who, params, variables, validations }: Lock): Manifest[] {
  const spec = {
    failurePolicy: 'Fail',
    ...(params ? { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } } : {}),
    matchConstraints: constraints(params?.scope),
    matchConditions: [{ name: 'who', expression: who }],
    variables: Object.entries(variables).map(([variable, expression]) => ({ name: variable, expression })),
    validations,
  };
  const binding = {
    policyName: name,
    validationActions: ['Deny'],
    ...(params ? { paramRef: paramRef(params) } : {}),
  };
  return [
    { apiVersion: api, kind: 'ValidatingAdmissionPolicy', metadata: { name }, spec },
    { apiVersion: api, kind: 'ValidatingAdmissionPolicyBinding', metadata: { name }, spec: binding },
  ];
}

function constraints(scope: Scope | undefined) {
  if (!scope)
    return { resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'] }] };
  const { operations, apiGroups, resources, namespaces } = scope;
  const resourceRules = [{ apiGroups, apiVersions: ['*'], operations, resources }];
  if (namespaces.length === 0) return { resourceRules };
  const matchExpressions = [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: [...namespaces] }];
  return { namespaceSelector: { matchExpressions }, resourceRules };
}

function paramRef({ name, namespace, missing }: NonNullable<Lock['params']>) {
  return { name, namespace, parameterNotFoundAction: missing };
}

/** A CEL string. The text must hold no quote or backslash: names, patterns and keys here never do. */
export function celString(text: string): string {
  if (/['\\\n]/.test(text)) throw new RangeError(`${JSON.stringify(text)} cannot stand in a CEL string`);
  return `'${text}'`;
}

/** A CEL list of strings. */
export function celList(texts: readonly string[]): string {
  return `[${texts.map(celString).join(', ')}]`;
}

/** CEL: operation, group, resource and subresource of the request as one word, such as `UPDATE apps/deployments/scale`. */
export const requestedWrite =
  "request.operation + ' ' + request.resource.group + '/' + request.resource.resource + '/' + request.?subResource.orValue('')";
