import type { SecretKind } from './found-secret.ts';

/** Ends of the last word of a name. A word can have a prefix without a separator, as in PGPASSWORD. */
const endings: readonly [SecretKind, RegExp][] = [
  ['password', /(?:password|passwd|passphrase|passcode|pwd)$|^(?:pass|dbpass|userpass|pw)$/],
  ['token', /(?:token|jwt|jsessionid|sessionid)$/],
  ['secret', /secret$/],
  ['key', /(?:api|access|secret|private|account)key$/],
  ['credentials', /^(?:credentials?|creds?|auth|authorization|cookie)$/],
];

/** A name that ends with one of these words and `key`, such as `aws_secret_access_key`. */
const wordsBeforeKey = new Set(
  'access account api app auth encryption hmac license master private secret security service shared signing ssh storage'.split(
    ' ',
  ),
);

/** What an id is, by the word before it. A secret id is half of a login of Vault's AppRole. */
const idKinds: ReadonlyMap<string, SecretKind> = new Map([
  ['session', 'token'],
  ['secret', 'secret'],
]);

/** Words that do not change what a name means if they follow, as in `TOKEN_OLD` or `password_1`. */
const qualifiers = new Set(
  'b64 base base64 clear current dev encoded env new old plain plaintext prev previous primary prod raw ro rw secondary staging str string test text value'.split(
    ' ',
  ),
);

/**
 * Returns what a value is, according to its name: the name of a variable, field, flag, header or label. Returns undefined
 * for a name that does not name a secret, such as `secretName`, `token_url` or `max_tokens`. The last word of a name
 * counts, in each of the forms `dbPassword`, `DB_PASSWORD`, `db-password` and `db.password`.
 *
 * The words are those of the rule generic-api-key of gitleaks 8 (MIT), without `key` and `access` alone.
 */
export function secretKindOf(name: string): SecretKind | undefined {
  const words = wordsOf(name);
  while (words.length > 1 && words.slice(-1).some(isQualifier)) words.pop();
  const [last = '', beforeLast = ''] = words.reverse();
  if (last === 'key' && wordsBeforeKey.has(beforeLast)) return 'key';
  if (last === 'id') return idKinds.get(beforeLast);
  return endings.find(([, ending]) => ending.test(last))?.[0];
}

function wordsOf(name: string): string[] {
  return name
    .slice(0, 200)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

function isQualifier(word: string): boolean {
  return qualifiers.has(word) || /^v?\d+$/.test(word);
}
