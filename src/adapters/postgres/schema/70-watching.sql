-- What `airlock status` counts: leases that are alive, by cluster and incident. Neither lease ids nor accounts.
GRANT SELECT (cluster, incident, opened_at, closed_at) ON read_leases TO airlock_serve;
GRANT SELECT (execution, cluster, asked_at, revoked_at) ON execution_leases TO airlock_serve;
