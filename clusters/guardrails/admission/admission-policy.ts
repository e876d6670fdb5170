import type { Validation } from '../../../src/actions/guardrail.ts';
import { defined } from '../../../src/lib/defined.ts';
import type { Manifest } from '../manifest.ts';

/** The requests that a guardrail matches, if not all. */
interface Scope {
  operations: string[];
  apiGroups: string[];
  resources: string[];
  /** Empty for objects without a namespace. */
  namespaces: readonly string[];
}

/** An admission policy for the writes of some users. */
export interface Guardrail {
  name: string;
  /** CEL: true for the users to whom it applies. */
  users: string;
  /**
   * ConfigMap whose `data` is `params.data`. While it is missing, `missing: 'Deny'` denies every request in the scope, for all
   * users: Kubernetes looks up parameters before it evaluates match conditions. So a guardrail with parameters has a
   * scope. `missing: 'Allow'` skips the guardrail meanwhile, for a scope whose other users must not be stopped.
   */
  params?: { name: string; namespace: string; scope: Scope; missing: 'Deny' | 'Allow' };
  /** CEL expressions by name. A variable may use those before it; it is evaluated only where it is used. */
  variables: Record<string, string>;
  validations: readonly Validation[];
}

const api = 'admissionregistration.k8s.io/v1';

/**
 * Renders a guardrail as ValidatingAdmissionPolicy and binding.
 * - Without a scope it matches every operation on every resource and subresource and so denies by default, also a kind that
 *   a later version of Kubernetes adds.
 * - `failurePolicy: Fail`: an expression that cannot be evaluated denies.
 * - `parameterNotFoundAction`: see `params`.
 */
export function admissionPolicy({ name, users, params, variables, validations }: Guardrail): Manifest[] {
  const spec = defined({
    failurePolicy: 'Fail',
    paramKind: params && { apiVersion: 'v1', kind: 'ConfigMap' },
    matchConstraints: constraints(params?.scope),
    matchConditions: [{ name: 'users', expression: users }],
    variables: Object.entries(variables).map(([variable, expression]) => ({ name: variable, expression })),
    validations,
  });
  const binding = defined({
    policyName: name,
    validationActions: ['Deny'],
    paramRef: params && paramRef(params),
  });
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

function paramRef({ name, namespace, missing }: NonNullable<Guardrail['params']>) {
  return { name, namespace, parameterNotFoundAction: missing };
}

/** CEL: operation, group, resource and subresource of the request as one word, such as `UPDATE apps/deployments/scale`. */
export const requestedWrite =
  "request.operation + ' ' + request.resource.group + '/' + request.resource.resource + '/' + request.?subResource.orValue('')";
