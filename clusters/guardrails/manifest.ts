/** The manifest of one Kubernetes object that belongs to the guardrails. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  [field: string]: unknown;
}

const rbac = 'rbac.authorization.k8s.io';

/** A rule of a Kubernetes Role or ClusterRole. */
export interface Rule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}

/** Returns a ClusterRole. A ClusterRole grants nothing until a binding refers to it. */
export function clusterRole(name: string, rules: Rule[]): Manifest {
  return { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name }, rules };
}

/** Returns a Role. A Role grants nothing until a binding refers to it. */
export function role(namespace: string, name: string, rules: Rule[]): Manifest {
  return { apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name, namespace }, rules };
}

/** The content of a binding: a Role or ClusterRole, and the ServiceAccount that gets the permissions of this role. */
export interface Binding {
  roleKind: 'Role' | 'ClusterRole';
  /** Name of the Role or ClusterRole, and of the binding. */
  role: string;
  account: string;
  accountNamespace: string;
}

/** Returns a RoleBinding: the ServiceAccount gets the permissions only in `namespace`. */
export function roleBinding(namespace: string, binding: Binding): Manifest {
  return {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name: binding.role, namespace },
    ...roleAndSubject(binding),
  };
}

/** Returns a ClusterRoleBinding: the ServiceAccount gets the permissions in the whole cluster. */
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
