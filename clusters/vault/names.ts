import { agentClass, type ProcessName } from '../../src/domain/names.ts';

/** The mount of the transit engine, which signs reports and checkpoints and computes HMACs. */
export const transitMount = 'transit';
/** The Ed25519 key that signs the reports of rehearsals. */
export const reportKey = 'report';
/** The Ed25519 key that signs the checkpoints of the journal. */
export const checkpointKey = 'checkpoint';
/** The HMAC key that redacts environment literals in snapshots. */
export const redactionKey = 'redaction';
/** The only Vault role of a read mount. */
export const readerRole = 'reader';
/** Prefix of the Vault roles of executions, one per execution. */
export const grantRolePrefix = 'exec-';

/** The name of the AppRole role and of the Vault policy of a process. */
export function vaultIdentity(process: ProcessName): string {
  return `airlock-${agentClass}-${process}`;
}
