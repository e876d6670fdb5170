/** The stored data of a read lease. After a crash, Airlock revokes the lease by `leaseId`. The token is not stored. */
export interface ReadLeaseRecord {
  /** The id of the lease in Vault. */
  leaseId: string;
  cluster: string;
  /** The id of the incident. */
  incident: string;
  /** The trace id of the incident. */
  trace: string;
  /** Name of the lease's ServiceAccount in the target. The target's audit log shows all reads under this name. */
  account: string;
}

/**
 * The store of read leases. Airlock records a lease before the first use of the lease. So even after a crash, Airlock
 * can revoke every lease that was used.
 * @throws AirlockError `read-leases-unavailable` (retry), from every method.
 */
export interface ReadLeaseRecords {
  /** Records an issued lease. The record is durable when the returned promise resolves. */
  recordIssued(lease: ReadLeaseRecord): Promise<void>;
  /** Lists the leases whose revocation is not recorded. With `filter`, lists only leases that match the filter. */
  listUnrevoked(filter?: { cluster: string; incident: string }): Promise<ReadLeaseRecord[]>;
  /** Records that a lease was revoked. */
  recordRevoked(leaseId: string): Promise<void>;
}
