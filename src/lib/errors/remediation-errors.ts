import { ask, retry, stop } from './error-entry.ts';

/** An incident's way from evidence to execution. */
export const remediationErrors = {
  'cluster-unknown': stop('The cluster is not in the configuration of this process.'),
  'snapshot-too-large': ask('The cluster is larger than a rehearsal can copy: repair it by hand.'),
  'evidence-invalid': stop(
    'Stored evidence does not have the form of evidence: the incident has to be observed again.',
  ),
  'evidence-mismatch': stop('The evidence is about another incident or cluster than the plan that uses it.'),
  'object-not-found': stop('An object that the plan changes is not in the cluster any more.'),
  'plan-invalid': stop('A stored plan is malformed or is for another cluster than its incident.'),
  'report-invalid': stop('A stored rehearsal report is malformed.'),
  'report-refused': stop("A rehearsal report is not signed by the observer or is about another incident's plan."),
  'policy-check-failed': stop('`opa check` refused the policy files.'),
  'policy-invalid': ask('OPA answered with something that is not a verdict: the policies are wrong or not loaded.'),
  'policy-unavailable': retry('OPA did not answer.'),
  'dossier-invalid': stop('The stored dossier is malformed or contradicts the plan and report that it names.'),
  'token-corrupt': stop('An archived decision token no longer verifies: the archive was changed after admission.'),
  'preflight-refused': stop('The rehearsal immediately before execution is missing, stale or not successful.'),
  'precondition-changed': stop('An object changed after approval: nothing was written.'),
  'execution-busy': retry(
    'Another attempt holds the execution lock, or the gateway runs as many executions as it can.',
  ),
  'execution-conflict': stop('The execution id is in use for another dossier.'),
  'execution-unfinished': stop('The execution has no result yet, so it cannot be undone.'),
  'nothing-to-undo': stop('The execution never began.'),
  'grant-not-effective': retry('The target cluster refuses the credential that was just issued for the execution.'),
  'grant-too-wide': stop('The credential issued for the execution may read objects outside the plan.'),
  'revocation-failed': retry("The execution's credential may still be valid: its revocation failed."),
};
