/** Replaces texts by keyed digests: Vault computes HMACs with the key `redaction`. Equal texts have equal digests. */
export interface Redactor {
  /** @returns the digests, in the order of the texts. */
  hmac(texts: readonly string[]): Promise<string[]>;
}

/**
 * Verifies signatures of the observer (the process of the observation plane). The verifier fetches the public keys
 * itself.
 */
export interface ReportVerifier {
  /** True if the signature is valid for the canonical JSON of the statement. */
  verify(statement: unknown, signature: string): Promise<boolean>;
}
