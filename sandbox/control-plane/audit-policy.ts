/**
 * The API server's audit policy. The log has one line per finished write and per read of a Secret, with user, object and
 * time but without bodies, which may contain secrets. It has no other reads, and no leases, which every kubelet and
 * controller renews all the time. A dry run has `dryRun=All` in its `requestURI`. A policy cannot select by parameter
 * (audit.k8s.io/v1), so readers of the log must tell dry runs apart.
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
