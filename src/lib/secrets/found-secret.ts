/** A secret in a text. The secret is `text.slice(start, end)`. */
export interface FoundSecret {
  start: number;
  end: number;
  /** What the mark in place of the secret says, such as `password` or `value of env DB_PASSWORD`. */
  what: string;
}

/** What a secret is, as far as its shape or its name shows this. */
export type SecretKind = 'password' | 'token' | 'secret' | 'key' | 'private key' | 'credentials';
