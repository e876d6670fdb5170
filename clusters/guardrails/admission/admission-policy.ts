import type { Validation } from '../../../src/actions/guardrails/guardrail.ts';
import { omitUndefined } from '../../../src/lib/omit-undefined.ts';
import type { Manifest } from '../manifest.ts';

/** The requests that a guardrail with parameters matches. */
interface MatchedRequests {
  operations: string[];
  apiGroups: string[];
  resources: string[];
  /** The namespaces of the objects; empty for objects that have no namespace. */
  namespaces: readonly string[];
}

/** A guardrail that is an admission policy. It limits the writes of some users. */
export interface Guardrail {
  /** Name of the policy and of its binding. */
  name: string;
  /** CEL: true for the users whose requests the guardrail limits. */
  users: string;
  /**
   * `name` and `namespace` of a ConfigMap. The validations read the data of the ConfigMap as `params.data`.
   * `parameterNotFoundAction` says what Kubernetes does while the ConfigMap does not exist:
   * - `Deny`: Kubernetes denies all `matchedRequests`, even those of users that `users` does not match. Reason:
   *   Kubernetes looks up the ConfigMap before it evaluates `users`.
   * - `Allow`: Kubernetes skips the guardrail. Use `Allow` if the cluster's controllers need the `matchedRequests`.
   */
  params?: {
    name: string;
    namespace: string;
    matchedRequests: MatchedRequests;
    parameterNotFoundAction: 'Deny' | 'Allow';
  };
  /**
   * CEL expressions by name. An expression may use the variables before it. The API server evaluates a variable only if
   * another expression uses the variable.
   */
  variables: Record<string, string>;
  validations: readonly Validation[];
}

const api = 'admissionregistration.k8s.io/v1';

/**
 * Renders a guardrail as a ValidatingAdmissionPolicy and its binding.
 * - Without `params`, the policy matches every operation on every resource and subresource. This includes resources
 *   that a later version of Kubernetes adds.
 * - `failurePolicy: Fail`: the API server denies the request if it cannot evaluate an expression.
 */
export function admissionPolicy({ name, users, params, variables, validations }: Guardrail): Manifest[] {
  const spec = omitUndefined({
    failurePolicy: 'Fail',
    paramKind: params && { apiVersion: 'v1', kind: 'ConfigMap' },
    matchConstraints: matchConstraints(params?.matchedRequests),
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

function matchConstraints(matchedRequests: MatchedRequests | undefined) {
  if (!matchedRequests)
    return { resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'] }] };
  const { operations, apiGroups, resources, namespaces } = matchedRequests;
  const resourceRules = [{ apiGroups, apiVersions: ['*'], operations, resources }];
  if (namespaces.length === 0) return { resourceRules };
  const matchExpressions = [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: [...namespaces] }];
  return { namespaceSelector: { matchExpressions }, resourceRules };
}

function paramRef({ name, namespace, parameterNotFoundAction }: NonNullable<Guardrail['params']>) {
  return { name, namespace, parameterNotFoundAction };
}

/**
 * CEL: a string with operation, API group, resource and subresource of the request. Examples:
 * `UPDATE apps/deployments/scale`, `CREATE /serviceaccounts/`.
 */
export const requestedWrite =
  "request.operation + ' ' + request.resource.group + '/' + request.resource.resource + " +
  "'/' + request.?subResource.orValue('')";
