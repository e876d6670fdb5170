import { agentClass, type ProcessName } from '../../src/domain/names.ts';

/** Path of the mount of Vault's transit engine. The engine signs reports and checkpoints, and computes HMACs. */
export const transitMount = 'transit';
/** Name of the transit key (Ed25519) that signs the reports of rehearsals. */
export const reportKey = 'report';
/** Name of the transit key (Ed25519) that signs the checkpoints of the journal. */
export const checkpointKey = 'checkpoint';
/** Name of the transit key for redaction. Airlock stores an HMAC in place of each value that may be secret. */
export const redactionKey = 'redaction';
/** Name of the transit key for the MACs of the gateway's database rows. Only the gateway may use this key. */
export const rowKey = 'rows';
/** Path of the mount of Vault's KV engine with the gateways' copies of the last checkpoint of the journal. */
export const checkpointMount = 'airlock-checkpoints';
/** Name of the Vault role for read leases. `observe` may use no other Vault role. */
export const readerRole = 'reader';
/** Prefix of the names of Vault roles for executions. Each execution has its own Vault role. */
export const executionRolePrefix = 'exec-';

/**
 * Returns the name of a process in Vault, such as `airlock-remediation-gateway`. The AppRole role and the policy of the
 * process have this name.
 */
export function vaultIdentity(process: ProcessName): string {
  return `airlock-${agentClass}-${process}`;
}
