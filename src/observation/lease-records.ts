/** The stored data of a read lease, with which Airlock revokes the lease after a crash. The token is not stored. */
export interface RecordedLease {
  leaseId: string;
  cluster: string;
  incident: string;
  trace: string;
  /**
   * Name of the ServiceAccount that Vault created on the target for this lease. The target's audit log shows reads
   * under this name.
   */
  account: string;
}

/** The store of read leases. A lease is recorded before its first use, so even after a crash it can be revoked. */
export interface LeaseRecords {
  /**
   * Records an issued lease. The record is durable when the call returns.
   * @throws AirlockError `read-leases-unavailable` (retry).
   */
  recordIssued(lease: RecordedLease): Promise<void>;
  /** Lists the leases whose revocation is not recorded. `filter` limits the list to one incident on one cluster. */
  listUnrevoked(filter?: { cluster: string; incident: string }): Promise<RecordedLease[]>;
  /** Records that a lease was revoked. */
  recordRevoked(leaseId: string): Promise<void>;
}
