/**
 * The audit policy of the API server. The log has one line for each finished write and one for each read of a Secret. A
 * line names the user, the object and the time. A line has no bodies, because bodies may contain secrets. Other reads
 * are not logged. Leases are not logged, because every kubelet and controller renews a lease all the time.
 * A dry run is logged like a real write, because an audit policy cannot select by query parameter. In the log, a dry
 * run has `dryRun=All` in `requestURI`.
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
