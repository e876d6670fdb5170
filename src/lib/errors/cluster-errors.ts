import { ask, retry, stop } from './error-entry.ts';

/**
 * Errors of Kubernetes API servers, Vault and guardrails. Most codes `kubernetes-*` contain a StatusReason constant of
 * Kubernetes, in kebab-case.
 */
export const clusterErrors = {
  'kubernetes-bad-request': stop('The API server answered BadRequest (400).'),
  'kubernetes-conflict': retry('Another client changed the object, or the object already exists (409).'),
  'kubernetes-expired': retry('The API server answered Expired (410): the continue token of a list is too old.'),
  'kubernetes-forbidden': stop('Authentication, RBAC or admission refused the request (usually 401 or 403).'),
  'kubernetes-gone': retry('The API server answered Gone (410).'),
  'kubernetes-internal-error': retry('The API server answered InternalError (500).'),
  'kubernetes-invalid': stop('The API server refused the object as invalid (422).'),
  'kubernetes-method-not-allowed': stop('The API server answered MethodNotAllowed (405).'),
  'kubernetes-not-acceptable': stop('The API server answered NotAcceptable (406).'),
  'kubernetes-not-found': stop('The object or the resource type does not exist (404).'),
  'kubernetes-patch-failed': retry(
    'The JSON patch does not fit the object (422): the object has probably changed since the last read.',
  ),
  'kubernetes-refused': stop('The API server or a proxy refused the request and gave no usable reason (3xx or 4xx).'),
  'kubernetes-request-entity-too-large': stop('The API server answered RequestEntityTooLarge (413).'),
  'kubernetes-server-timeout': retry('The API server answered ServerTimeout (500).'),
  'kubernetes-service-unavailable': retry('The API server answered ServiceUnavailable (503).'),
  'kubernetes-store-read-error': retry('The API server could not read from etcd (StoreReadError).'),
  'kubernetes-timeout': retry('The API server answered Timeout (504).'),
  'kubernetes-too-many-requests': retry('The API server answered TooManyRequests (429).'),
  'kubernetes-unavailable': retry('The API server or a proxy failed and gave no usable reason (410, 429 or 5xx).'),
  'kubernetes-unknown-kind': stop(
    'Airlock has no access to this kind, or the reference has a missing or superfluous namespace.',
  ),
  'kubernetes-unreachable': retry(
    'The API server gave no complete JSON answer. If the request was a write, the write may have happened.',
  ),
  'kubernetes-unsupported-media-type': stop('The API server answered UnsupportedMediaType (415).'),
  'read-lease-lost': retry(
    'The target cluster no longer accepts the credential of the read lease. A retry takes a new lease.',
  ),
  'vault-denied': stop('Vault answered 403: the token is invalid, or its policies do not allow the request.'),
  'vault-failed': retry('Vault failed (500), or its answer lacks a valid HMAC.'),
  'vault-login-ended': ask(
    'The secret id of a process has ended, or a newer set-up of Vault has ended it. Run the set-up of Vault again.',
  ),
  'vault-login-failed': ask('The AppRole login returned no token, or Vault rejected the new token.'),
  'vault-logins-remain': ask('A set-up of Vault could not end older logins, because somebody creates new ones.'),
  'vault-mount-missing': stop("Vault has no mount for the plan's actions on this cluster."),
  'vault-refused': stop('Vault refused the request (4xx), or the target cluster refused a call by Vault (500).'),
  'vault-response-invalid': ask(
    'The answer of Vault lacks a valid value: the message names the mount or key to check.',
  ),
  'vault-unavailable': retry(
    'Vault is sealed, is a standby node, limits the rate of requests, is behind a failing proxy, or changed during each read.',
  ),
  'vault-unreachable': retry('Vault gave no complete answer. If the request was a write, the write may have happened.'),
  'guardrail-apply-refused': stop('The target cluster refused a manifest of the guardrails.'),
  'guardrail-not-enforced': stop('The target cluster did not enforce an installed admission policy in time.'),
  'minter-token-refused': stop(
    'The target cluster issued no token for a minter (a ServiceAccount with which Vault creates credentials).',
  ),
};
