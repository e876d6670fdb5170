import { agentClass, type ProcessName } from '../../src/domain/names.ts';

/** Mount of the signing and keyed-hash engine. */
export const transitMount = 'transit';
/** Ed25519 key that signs rehearsals' reports. */
export const reportKey = 'report';
/** Ed25519 key that signs the journal's checkpoints. */
export const checkpointKey = 'checkpoint';
/** HMAC key behind which env literals are hidden in snapshots. */
export const redactionKey = 'redaction';
/** The one Vault role of a read mount. */
export const readerRole = 'reader';
/** Vault roles of an exec mount, one per execution, begin with this. */
export const grantRolePrefix = 'exec-';

/** A process's identity in Vault: name of its AppRole role and of its policy. */
export function vaultIdentity(process: ProcessName): string {
  return `airlock-${agentClass}-${process}`;
}
