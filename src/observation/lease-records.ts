/** One read lease of Vault's, as it is found again after a crash. Its token is nowhere but in the taker's memory. */
export interface RecordedLease {
  leaseId: string;
  cluster: string;
  incident: string;
  trace: string;
  /** Name of the ServiceAccount that the lease made on the target: what its audit log knows the reader by. */
  account: string;
}

/** Where read leases are written down before their first use, so that none outlives its incident. */
export interface LeaseRecords {
  /** Durable when it returns. @throws AirlockError `read-leases-unavailable` (retry). */
  opened(lease: RecordedLease): Promise<void>;
  /** Leases that are not known to be revoked: of one incident on one cluster, or all. */
  open(of?: { cluster: string; incident: string }): Promise<RecordedLease[]>;
  closed(leaseId: string): Promise<void>;
}
