import { agentClass, type ProcessName } from '../../src/domain/names.ts';

/** Mount of the transit engine, which signs and computes HMACs. */
export const transitMount = 'transit';
/** Ed25519 key that signs reports of rehearsals. */
export const reportKey = 'report';
/** Ed25519 key that signs the journal's checkpoints. */
export const checkpointKey = 'checkpoint';
/** HMAC key that redacts environment literals in snapshots. */
export const redactionKey = 'redaction';
/** The only Vault role of a read mount. */
export const readerRole = 'reader';
/** Prefix of the Vault roles of executions, one per execution. */
export const grantRolePrefix = 'exec-';

/** Name of a process's AppRole role and of its Vault policy. */
export function vaultIdentity(process: ProcessName): string {
  return `airlock-${agentClass}-${process}`;
}
