import { agentClass, type ProcessName } from '../../src/domain/names.ts';

/** The mount of the transit engine, which signs reports and checkpoints and computes HMACs. */
export const transitMount = 'transit';
/** The Ed25519 key that signs the reports of rehearsals. */
export const reportKey = 'report';
/** The Ed25519 key that signs the checkpoints of the journal. */
export const checkpointKey = 'checkpoint';
/** The key for redaction: before Airlock stores an object, it replaces each value that may be secret by an HMAC. */
export const redactionKey = 'redaction';
/** The Vault role from which `observe` takes its read leases. `observe` may use no other role. */
export const readerRole = 'reader';
/** Each execution has its own Vault role. The name of that role begins with this prefix. */
export const executionRolePrefix = 'exec-';

/**
 * The name of the AppRole role and of the Vault policy of a process, such as `airlock-remediation-gateway`. In this
 * name, `agentClass` (`remediation`) is the kind of work that this build of Airlock does.
 */
export function vaultIdentity(process: ProcessName): string {
  return `airlock-${agentClass}-${process}`;
}
