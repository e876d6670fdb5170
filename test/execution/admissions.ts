import { createTokenVerifier } from '../../src/adapters/oidc/token-verifier.ts';
import { createAdmissionArchive } from '../../src/adapters/postgres/approval/admission-archive.ts';
import { createSignIns } from '../../src/adapters/postgres/approval/sign-ins.ts';
import { createCheckpoints } from '../../src/adapters/postgres/journal/checkpoints.ts';
import { createStoredRecords } from '../../src/adapters/postgres/journal/stored-records.ts';
import type { Pool } from '../../src/adapters/postgres/pool.ts';
import { createCheckpointSigner } from '../../src/adapters/vault/checkpoint-keys.ts';
import { createKeptCheckpoints } from '../../src/adapters/vault/kept-checkpoints.ts';
import { createRowMacs } from '../../src/adapters/vault/row-macs.ts';
import { createAdmissions } from '../../src/execution/admission/admissions.ts';
import { createSignedJournal } from '../../src/execution/checkpoints/signed-journal.ts';
import { journalOf } from '../journal/journal-of.ts';
import type { TestIssuer } from './admission/issuer.ts';
import type { VaultRequester } from '../../src/platform/vault/vault-client.ts';

/** What a gateway's admissions are tested with. */
export interface AdmissionsInput {
  /** Sends requests to Vault with the gateway's identity. */
  vault: VaultRequester;
  issuer: Pick<TestIssuer, 'issuer'>;
  /** Gets what the gateway logs as an error. */
  onError?: (message: string) => void;
}

/** The part of a gateway process that admits: its admissions and its signed journal, on a pool of the gateway's role. */
export function admissionDeps({ vault, issuer, onError }: AdmissionsInput, pool: Pool) {
  const signedJournal = createSignedJournal({
    records: createStoredRecords(pool),
    checkpoints: createCheckpoints(pool),
    signer: createCheckpointSigner(vault),
    kept: createKeptCheckpoints(vault),
  });
  const verification = {
    tokens: createTokenVerifier({ issuer: issuer.issuer }),
    signIn: { issuer: issuer.issuer, maxSignInAge: 300 },
  };
  const journal = journalOf(pool);
  const log = { error: (_: object, message: string) => onError?.(message) } as never;
  const archive = createAdmissionArchive(pool);
  const macs = createRowMacs(vault);
  const admissions = createAdmissions({ ...verification, archive, macs, signedJournal, journal, log });
  return { ...verification, journal, admissions, signedJournal, signIns: createSignIns(pool), macs, log };
}
