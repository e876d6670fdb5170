import { needsPerson, retry, stop } from './error-entry.ts';

/** Errors of target clusters and Vault. Most codes of target clusters are Kubernetes' `StatusReason`s in kebab-case. */
export const clusterErrors = {
  'kubernetes-bad-request': stop('The API server answered BadRequest (400).'),
  'kubernetes-conflict': retry('The object was changed by another client, or already exists (409).'),
  'kubernetes-expired': retry('The pages of a list could not be read before its continue token expired (410 Expired).'),
  'kubernetes-forbidden': stop('Authentication, RBAC or an admission policy refused the request (401 or 403).'),
  'kubernetes-gone': retry('The requested resource version is gone (410 Gone).'),
  'kubernetes-internal-error': retry('The API server answered InternalError (500).'),
  'kubernetes-invalid': stop('The API server refused the object as invalid (422).'),
  'kubernetes-method-not-allowed': stop('The API server answered MethodNotAllowed (405).'),
  'kubernetes-not-acceptable': stop('The API server answered NotAcceptable (406).'),
  'kubernetes-not-found': stop('The object or resource does not exist (404).'),
  'kubernetes-patch-failed': retry('A `test` of a JSON patch failed: the object changed since it was read (422).'),
  'kubernetes-refused': stop(
    'The API server, or a proxy before it, refused the request and gave no reason that Airlock knows.',
  ),
  'kubernetes-request-entity-too-large': stop('The API server answered RequestEntityTooLarge (413).'),
  'kubernetes-server-timeout': retry('The API server answered ServerTimeout (500).'),
  'kubernetes-service-unavailable': retry('The API server answered ServiceUnavailable (503).'),
  'kubernetes-store-read-error': retry('The API server cannot read its own storage (StoreReadError).'),
  'kubernetes-timeout': retry('The API server answered Timeout (504).'),
  'kubernetes-too-many-requests': retry('The API server limits the rate of requests (429).'),
  'kubernetes-unavailable': retry(
    'The API server, or a proxy before it, failed and gave no reason that Airlock knows.',
  ),
  'kubernetes-unknown-kind': stop('Airlock neither reads nor writes objects of this kind in this scope.'),
  'kubernetes-unreachable': retry('The API server gave no complete answer: a write may have happened.'),
  'kubernetes-unsupported-media-type': stop('The API server answered UnsupportedMediaType (415).'),
  'read-lease-lost': retry('The target cluster no longer accepts the credential for reading: Airlock gets a new one.'),
  'vault-denied': stop("The policy of this process's Vault identity does not allow the request (403)."),
  'vault-failed': retry('Vault failed (500), or its answer is incomplete.'),
  'vault-login-failed': needsPerson('The login at Vault returned no usable token.'),
  'vault-mount-missing': stop('Vault has no secrets engine mounted for the actions of this plan on this cluster.'),
  'vault-refused': stop('Vault, or the target cluster that Vault called, refused the request (4xx, 500).'),
  'vault-response-invalid': needsPerson(
    'Vault answered without a value that the request needs: check the mount or key.',
  ),
  'vault-unavailable': retry('Vault is sealed, is a standby, or limits the rate of requests.'),
  'vault-unreachable': retry('Vault gave no complete answer: a write may have happened.'),
  'guardrail-apply-refused': stop('The target cluster refused a manifest of the guardrails.'),
  'guardrail-not-enforced': stop('A guardrail was installed, but the target cluster does not enforce it.'),
  'minter-token-refused': stop(
    'The target cluster issued no token for the ServiceAccount that Vault uses to create credentials.',
  ),
};
