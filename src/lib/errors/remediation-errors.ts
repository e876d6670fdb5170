import { needsPerson, retry, stop } from './error-entry.ts';

/** Errors of an incident from its evidence to its execution. */
export const remediationErrors = {
  'cluster-unknown': stop('The cluster is not in the configuration of this process.'),
  'snapshot-too-large': needsPerson('The cluster is larger than a rehearsal can copy: a person must repair it.'),
  'evidence-invalid': stop('Stored evidence is malformed: Airlock must collect the evidence of the incident again.'),
  'evidence-mismatch': stop('The evidence of an incident is about another cluster than the incident.'),
  'object-not-found': stop('An object that the plan needs no longer exists in the cluster.'),
  'plan-invalid': stop('A stored plan is malformed or is for another cluster than its incident.'),
  'report-invalid': stop('A stored rehearsal report is malformed.'),
  'report-refused': stop(
    'A rehearsal report is malformed, not signed by the observer, or not about this plan and incident.',
  ),
  'policy-check-failed': stop('The policy files could not be checked, because the program `opa` could not be run.'),
  'policy-invalid': needsPerson('The answer of OPA is not a verdict: the policies are wrong or not loaded.'),
  'policy-unavailable': retry('OPA did not answer.'),
  'dossier-invalid': stop('The stored dossier is malformed, or its content does not have its digest.'),
  'token-corrupt': stop('An archived decision token no longer verifies: the archive was changed after admission.'),
  'preflight-refused': stop(
    'The gateway refused the report of the preflight (the rehearsal immediately before execution): the message says why.',
  ),
  'precondition-changed': stop('An object changed after approval, so nothing was written to it.'),
  'execution-busy': retry(
    'Another attempt holds the execution lock, or the gateway already runs its maximum number of executions.',
  ),
  'execution-conflict': stop('The execution id is already in use for another dossier.'),
  'execution-unfinished': stop('The execution has no result yet, so it cannot be undone.'),
  'nothing-to-undo': stop('The execution never began, so there is nothing to undo.'),
  'grant-not-effective': retry(
    'The target cluster still refuses the credential that was just issued for the execution.',
  ),
  'grant-too-wide': stop(
    'The credential that was issued for the execution can read objects that the plan does not name.',
  ),
  'revocation-failed': retry(
    "The revocation of the execution's credential failed, so the credential may still be valid.",
  ),
};
