/**
 * Replaces texts by keyed digests (HMAC in Vault, key `redaction`). Equal texts have equal digests. The answers are in
 * the order of the texts.
 */
export interface Redactor {
  hmac(texts: readonly string[]): Promise<string[]>;
}

/** Checks the observer's signature on the canonical JSON of a statement. It fetches the public keys itself. */
export interface ReportVerifier {
  verify(statement: unknown, signature: string): Promise<boolean>;
}
