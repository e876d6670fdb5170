-- What `airlock status` counts: leases that are alive, by cluster and incident. Neither lease ids nor accounts.
GRANT SELECT (cluster, incident, closed_at) ON read_leases TO airlock_serve;
GRANT SELECT (execution, cluster, revoked_at) ON execution_leases TO airlock_serve;
