/** A Vault read lease, as stored for revocation after a crash. Its token exists only in the memory of its holder. */
export interface RecordedLease {
  leaseId: string;
  cluster: string;
  incident: string;
  trace: string;
  /** Name of the ServiceAccount that Vault created on the target for this lease: the reader's name in its audit log. */
  account: string;
}

/** Stores read leases before their first use, so that none outlives its incident. */
export interface LeaseRecords {
  /** Durable when it returns. @throws AirlockError `read-leases-unavailable` (retry). */
  opened(lease: RecordedLease): Promise<void>;
  /** Leases without a recorded revocation: of one incident on one cluster, or all. */
  open(of?: { cluster: string; incident: string }): Promise<RecordedLease[]>;
  closed(leaseId: string): Promise<void>;
}
