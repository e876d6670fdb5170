/**
 * The audit policy of the API server. The log has one line for each finished write and for each read of a Secret. A
 * line names the user, the object and the time. It has no bodies, because they may contain secrets. Other reads are not
 * logged. Leases are not logged, because every kubelet and controller renews its lease all the time.
 * Dry runs are logged like writes, because a policy cannot select by query parameter (audit.k8s.io/v1). Readers of the
 * log recognise them by `dryRun=All` in `requestURI`.
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
