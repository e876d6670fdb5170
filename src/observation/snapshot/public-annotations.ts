import { metadataPrefix } from '../../domain/names.ts';
import { restartedAt } from '../../domain/kubernetes/restarted-at.ts';

/** The form of a time. The annotation `restartedAt` is public only if its value has this form. */
const time = /^[-0-9T:.+Z]{20,40}$/;

/**
 * Prefixes of the annotations that Airlock, or Kubernetes' API server, controllers and scheduler read (Kubernetes
 * reference, "Well-Known Labels, Annotations and Taints", v1.36). If a digest replaced such a value, the API server
 * would refuse the object or the rehearsal would behave differently. Prefixes of add-ons under kubernetes.io, such as
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

/** `kubectl --record` writes its whole command line here, including `set env PASSWORD=...`, so the value is private. */
const commandLine = 'kubernetes.io/change-cause';
const maxLength = 256;

/** Annotations that are public although they are JSON. They list the taints that the pods of a namespace tolerate. */
const tolerations: readonly string[] = [
  'scheduler.alpha.kubernetes.io/defaultTolerations',
  'scheduler.alpha.kubernetes.io/tolerationsWhitelist',
];

/**
 * Returns true if an annotation is public. Redaction keeps public annotations unchanged. An annotation is public if
 * Kubernetes or Airlock reads it, and if its value is short, has one line and contains no JSON object. The annotations
 * in `tolerations` and the time of the last restart are public too. Rehearsals predict that time.
 */
export function isPublicAnnotation(key: string, value: string): boolean {
  if (tolerations.includes(key)) return true;
  if (key === restartedAt) return time.test(value);
  if (key === commandLine || !prefixes.some((known) => key.startsWith(known))) return false;
  return value.length <= maxLength && !/[{\n]/.test(value);
}
