/** One Kubernetes object of the guardrails, in the form in which it is applied. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  [field: string]: unknown;
}

const rbac = 'rbac.authorization.k8s.io';

/** An RBAC rule of Kubernetes. */
export interface Rule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}

/** A ClusterRole. It grants nothing until a binding refers to it. */
export function clusterRole(name: string, rules: Rule[]): Manifest {
  return { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name }, rules };
}

/** A Role in a namespace. It grants nothing until a binding refers to it. */
export function role(namespace: string, name: string, rules: Rule[]): Manifest {
  return { apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name, namespace }, rules };
}

/** The content of a binding: a role, and the ServiceAccount that gets the role. */
export interface Binding {
  roleKind: 'Role' | 'ClusterRole';
  role: string;
  account: string;
  accountNamespace: string;
}

/** Grants a role to one ServiceAccount inside one namespace. The binding has the name of the role. */
export function roleBinding(namespace: string, binding: Binding): Manifest {
  return {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name: binding.role, namespace },
    ...roleAndSubject(binding),
  };
}

/** Grants a ClusterRole to one ServiceAccount in the whole cluster. The binding has the name of the role. */
export function clusterRoleBinding(binding: Binding): Manifest {
  return {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: binding.role },
    ...roleAndSubject(binding),
  };
}

function roleAndSubject({ roleKind, role: name, account, accountNamespace }: Binding) {
  return {
    roleRef: { apiGroup: rbac, kind: roleKind, name },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace: accountNamespace }],
  };
}
