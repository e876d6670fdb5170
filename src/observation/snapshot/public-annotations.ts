import { prefix } from '../../domain/names.ts';
import { restartedAt } from '../../domain/kubernetes/restarted-at.ts';

/** Only a time is public of it: whatever else somebody keeps there is theirs. */
const time = /^[-0-9T:.+Z]{20,40}$/;

/**
 * Prefixes of annotations that Kubernetes' API server, controllers and scheduler act upon (Kubernetes reference,
 * "Well-Known Labels, Annotations and Taints", v1.36): digested, they would be refused, or a rehearsal would go another
 * way. Prefixes of add-ons below kubernetes.io, such as an ingress controller's, are not among them.
 */
const prefixes: readonly string[] = [
  prefix,
  ...['kubernetes.io/', 'deployment.kubernetes.io/', 'controller.kubernetes.io/', 'apps.kubernetes.io/'],
  ...['batch.kubernetes.io/', 'pv.kubernetes.io/', 'volume.kubernetes.io/', 'volume.beta.kubernetes.io/'],
  ...['storageclass.kubernetes.io/', 'storageclass.beta.kubernetes.io/', 'scheduler.alpha.kubernetes.io/'],
  ...['node.kubernetes.io/', 'node.alpha.kubernetes.io/', 'service.kubernetes.io/', 'endpoints.kubernetes.io/'],
  ...['endpointslice.kubernetes.io/', 'rbac.authorization.kubernetes.io/', 'pod-security.kubernetes.io/'],
  ...['seccomp.security.alpha.kubernetes.io/', 'container.apparmor.security.beta.kubernetes.io/'],
];

/** `kubectl --record` writes its whole command line here, `set env PASSWORD=...` included. */
const commandLine = 'kubernetes.io/change-cause';
const mostCharacters = 256;

/** JSON by their definition, and public: which taints the pods of a namespace tolerate. */
const tolerations: readonly string[] = [
  'scheduler.alpha.kubernetes.io/defaultTolerations',
  'scheduler.alpha.kubernetes.io/tolerationsWhitelist',
];

/**
 * Whether an annotation may be kept as it is: its key is one that Kubernetes reads, its value short and no document; or it
 * is when pods were last made anew, which a rehearsal foretells.
 */
export function isPublicAnnotation(key: string, value: string): boolean {
  if (tolerations.includes(key)) return true;
  if (key === restartedAt) return time.test(value);
  if (key === commandLine || !prefixes.some((known) => key.startsWith(known))) return false;
  return value.length <= mostCharacters && !/[{\n]/.test(value);
}
