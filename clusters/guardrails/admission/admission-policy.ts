import type { Validation } from '../../../src/actions/guardrail.ts';
import { omitUndefined } from '../../../src/lib/omit-undefined.ts';
import type { Manifest } from '../manifest.ts';

/** The requests that a guardrail with parameters matches. This is not the scope of a trust phase. */
interface Scope {
  operations: string[];
  apiGroups: string[];
  resources: string[];
  /** The namespaces of the objects; empty for objects that have no namespace. */
  namespaces: readonly string[];
}

/** A guardrail: an admission policy that limits the writes of some users. */
export interface Guardrail {
  name: string;
  /** CEL: true for the users whose requests the guardrail limits. */
  users: string;
  /**
   * A ConfigMap, by `name` and `namespace`. The validations read its data as `params.data`. The guardrail matches only
   * the requests in `scope`. `missing` says what Kubernetes does while the ConfigMap does not exist:
   * - `Deny`: Kubernetes denies the requests in `scope`, even of users that `users` does not match. Reason: Kubernetes
   *   looks up the ConfigMap before it evaluates `users`.
   * - `Allow`: Kubernetes skips the guardrail. Use `Allow` if the controllers of the cluster need the requests in
   *   `scope`.
   */
  params?: { name: string; namespace: string; scope: Scope; missing: 'Deny' | 'Allow' };
  /**
   * CEL expressions by name. An expression may use the variables before it. The API server evaluates a variable only
   * where it is used.
   */
  variables: Record<string, string>;
  validations: readonly Validation[];
}

const api = 'admissionregistration.k8s.io/v1';

/**
 * Renders a guardrail as a ValidatingAdmissionPolicy and its binding.
 * - Without `params`, the policy matches every operation on every resource and subresource, even on kinds that a later
 *   version of Kubernetes adds.
 * - `failurePolicy: Fail`: the API server denies the request if an expression cannot be evaluated.
 */
export function admissionPolicy({ name, users, params, variables, validations }: Guardrail): Manifest[] {
  const spec = omitUndefined({
    failurePolicy: 'Fail',
    paramKind: params && { apiVersion: 'v1', kind: 'ConfigMap' },
    matchConstraints: constraints(params?.scope),
    matchConditions: [{ name: 'users', expression: users }],
    variables: Object.entries(variables).map(([variable, expression]) => ({ name: variable, expression })),
    validations,
  });
  const binding = omitUndefined({
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

/**
 * CEL: a string with operation, group, resource and subresource of the request. Examples:
 * `UPDATE apps/deployments/scale`, `CREATE /serviceaccounts/`.
 */
export const requestedWrite =
  "request.operation + ' ' + request.resource.group + '/' + request.resource.resource + '/' + request.?subResource.orValue('')";
