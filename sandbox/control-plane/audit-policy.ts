/**
 * What the API server writes to its audit log: one line per finished write, with who, what and when but no bodies
 * (they may hold secrets), and reads of Secrets. Other reads are left out, and so are leases, which every kubelet
 * and controller renews all the time. A dry run has `dryRun=All` in its `requestURI`: policies cannot tell it apart
 * (audit.k8s.io/v1 has no rule on parameters), so readers of the log must.
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
