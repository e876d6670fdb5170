import { metadataPrefix } from '../../domain/names.ts';
import { restartedAt } from '../../domain/kubernetes/restarted-at.ts';

/**
 * The form of a time. The annotation `restartedAt` is public only with such a value: any other value may be private.
 */
const time = /^[-0-9T:.+Z]{20,40}$/;

/**
 * Prefixes of annotations that Kubernetes' API server, controllers and scheduler read (Kubernetes reference,
 * "Well-Known Labels, Annotations and Taints", v1.36). If a digest replaced such a value, the API server would refuse
 * the object or the rehearsal would behave differently. Prefixes of add-ons under kubernetes.io, such as those of
 * ingress controllers, are not included.
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

/** `kubectl --record` writes its whole command line here, including `set env PASSWORD=...`, so it is private. */
const commandLine = 'kubernetes.io/change-cause';
const maxLength = 256;

/**
 * The values of these annotations are public although they are JSON: they list the taints that pods of a namespace
 * tolerate.
 */
const tolerations: readonly string[] = [
  'scheduler.alpha.kubernetes.io/defaultTolerations',
  'scheduler.alpha.kubernetes.io/tolerationsWhitelist',
];

/**
 * True if an annotation is public, so redaction keeps it unchanged. An annotation is public if Kubernetes reads its
 * key, and its value is short, has one line and contains no JSON object. The time of the last restart is public too,
 * because rehearsals predict it.
 */
export function isPublicAnnotation(key: string, value: string): boolean {
  if (tolerations.includes(key)) return true;
  if (key === restartedAt) return time.test(value);
  if (key === commandLine || !prefixes.some((known) => key.startsWith(known))) return false;
  return value.length <= maxLength && !/[{\n]/.test(value);
}
