/** Computes keyed digests of texts: HMACs by Vault with its key `redaction`. Equal texts have equal digests. */
export interface Redactor {
  /** @returns the digests, in the order of the texts. */
  hmac(texts: readonly string[]): Promise<string[]>;
}

/**
 * Verifies signatures of the observer (`airlock observe`). The verifier fetches the public keys itself, so no other
 * process can supply a false key.
 */
export interface ReportVerifier {
  /** Returns true if the signature is valid for the canonical JSON of the statement. */
  verify(statement: unknown, signature: string): Promise<boolean>;
}
