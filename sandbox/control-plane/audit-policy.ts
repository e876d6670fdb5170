/**
 * The audit policy of the API server. The log has one line for each write, also for a refused write, and one line for
 * each read of a Secret. A line contains the user, the object and the time. A line contains no request or response
 * body, because a body may contain a secret. Reads of other objects are not logged. Leases are not logged, because
 * kubelets renew them all the time.
 *
 * A dry run of a write is logged like the write itself, because an audit policy cannot select by query parameter. The
 * line of a dry run has `dryRun=All` in `requestURI`.
 */
export const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived', 'ResponseStarted'],
  rules: [
    { level: 'None', resources: [{ group: 'coordination.k8s.io', resources: ['leases'] }] },
    { level: 'Metadata', resources: [{ group: '', resources: ['secrets'] }] },
    { level: 'None', verbs: ['get', 'list', 'watch'] },
    { level: 'Metadata' },
  ],
};
