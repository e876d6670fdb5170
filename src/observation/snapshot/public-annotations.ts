import { metadataPrefix } from '../../domain/names.ts';
import { restartedAt } from '../../domain/kubernetes/restarted-at.ts';

/** The annotation `restartedAt` is public when its value is a time. Any other value there may be private. */
const time = /^[-0-9T:.+Z]{20,40}$/;

/**
 * Prefixes of annotations that Kubernetes' API server, controllers and scheduler act upon (Kubernetes reference,
 * "Well-Known Labels, Annotations and Taints", v1.36). As digests they would be refused, or would change the rehearsal.
 * Prefixes of add-ons below kubernetes.io, such as an ingress controller's, are not included.
 */
const prefixes: readonly string[] = [
  metadataPrefix,
  'kubernetes.io/',
  'deployment.kubernetes.io/',
  'controller.kubernetes.io/',
  'apps.kubernetes.io/',
  'batch.kubernetes.io/',
  'pv.kubernetes.io/',
  'volume.kubernetes.io/',
  'volume.beta.kubernetes.io/',
  'storageclass.kubernetes.io/',
  'storageclass.beta.kubernetes.io/',
  'scheduler.alpha.kubernetes.io/',
  'node.kubernetes.io/',
  'node.alpha.kubernetes.io/',
  'service.kubernetes.io/',
  'endpoints.kubernetes.io/',
  'endpointslice.kubernetes.io/',
  'rbac.authorization.kubernetes.io/',
  'pod-security.kubernetes.io/',
  'seccomp.security.alpha.kubernetes.io/',
  'container.apparmor.security.beta.kubernetes.io/',
];

/** `kubectl --record` writes its whole command line here, including `set env PASSWORD=...`. */
const commandLine = 'kubernetes.io/change-cause';
const maxLength = 256;

/** JSON by definition, and public: the taints that pods of a namespace tolerate. */
const tolerations: readonly string[] = [
  'scheduler.alpha.kubernetes.io/defaultTolerations',
  'scheduler.alpha.kubernetes.io/tolerationsWhitelist',
];

/**
 * Whether an annotation is kept unchanged: Kubernetes reads its key, and its value is short and not a document; or it is
 * the time of the last restart, which a rehearsal predicts.
 */
export function isPublicAnnotation(key: string, value: string): boolean {
  if (tolerations.includes(key)) return true;
  if (key === restartedAt) return time.test(value);
  if (key === commandLine || !prefixes.some((known) => key.startsWith(known))) return false;
  return value.length <= maxLength && !/[{\n]/.test(value);
}
