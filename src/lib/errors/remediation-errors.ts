import { ask, retry, stop } from './error-entry.ts';

/** Errors of an incident, from its evidence to its execution. */
export const remediationErrors = {
  'cluster-unknown': stop('The configuration of an Airlock process does not contain the cluster.'),
  'snapshot-too-large': ask(
    'The cluster has too many nodes or pods for a rehearsal: a person must repair the cluster by hand.',
  ),
  'evidence-invalid': stop('Stored evidence is malformed: the incident needs new evidence.'),
  'evidence-mismatch': stop('The evidence is about a different cluster than the incident.'),
  'object-not-found': stop('An object that an action needs does not exist in the cluster.'),
  'plan-invalid': stop('A stored plan is malformed, or is for a different cluster than the incident.'),
  'report-invalid': stop('A stored rehearsal report is malformed.'),
  'report-refused': stop(
    "A rehearsal report is malformed, lacks the observer's signature, or is about a different rehearsal.",
  ),
  'policy-check-failed': stop(
    'The program `opa` could not check the policy files: it did not run, or it ran too long.',
  ),
  'policy-invalid': ask('OPA returned no valid verdict: the policies are wrong or not loaded.'),
  'policy-unavailable': retry('OPA gave no usable answer.'),
  'dossier-invalid': stop('The stored dossier is malformed, or does not match its digest.'),
  'token-corrupt': stop('An archived decision token is no longer valid: the archive was changed after admission.'),
  'preflight-refused': stop(
    'The gateway has no valid report of the preflight (the second rehearsal): the message has the reason.',
  ),
  'precondition-changed': stop('An object is not in the state that a step expects. The step wrote nothing.'),
  'execution-busy': retry(
    'Another attempt or an edit has the execution lock, or the gateway holds the maximum number of locks.',
  ),
  'execution-conflict': stop('The execution id is already in use for a different dossier.'),
  'execution-unfinished': stop('The execution has no result yet: request the undo again when the execution has ended.'),
  'object-busy': retry('Another execution has the lock on an object of the plan, or has taken it over.'),
  'nothing-to-undo': stop('The execution never began, so there is nothing to undo.'),
  'grant-not-effective': retry('The target cluster still refuses the new credential of the execution.'),
  'grant-too-wide': stop('The credential of the execution can read an object that the plan does not name.'),
  'revocation-failed': retry(
    'Vault did not confirm that the credential of the execution is revoked. The credential may still be valid.',
  ),
};
