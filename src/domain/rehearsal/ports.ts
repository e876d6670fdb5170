/**
 * Computes keyed digests of texts: HMACs with Vault's key `redaction`. Equal texts have equal digests until this key
 * is rotated.
 */
export interface Redactor {
  /** @returns the digests, in the order of the texts. */
  hmac(texts: readonly string[]): Promise<string[]>;
}

/**
 * Verifies the signatures of reports, which only the observer (`airlock observe`) can sign. The verifier reads the
 * public keys from Vault itself, so no other Airlock process can supply a false key.
 */
export interface ReportVerifier {
  /**
   * Returns true if the signature is valid for the canonical JSON of the statement.
   * @param statement the `statement` of a SignedReport.
   */
  verify(statement: unknown, signature: string): Promise<boolean>;
}
