/** Replaces texts by keyed digests (HMAC in Vault, key `redaction`), so that equal texts have equal digests. */
export interface Redactor {
  /** @returns the digests, in the order of the texts. */
  hmac(texts: readonly string[]): Promise<string[]>;
}

/** Verifies signatures of the observer (the process of the observation plane). It fetches the public keys itself. */
export interface ReportVerifier {
  /** True if the signature is valid for the canonical JSON of the statement. */
  verify(statement: unknown, signature: string): Promise<boolean>;
}
