/** A value that hides nothing: a constant or a placeholder. */
const placeholder =
  /^(?:true|false|yes|no|on|off|null|nil|none|undefined|string|redacted|hidden|<(?:nil|none|no|unset|set|empty|redacted|hidden|secret)(?:>|\s.*)?|\*{1,64}|x{3,64}|\$[({][^)}]{0,100}[)}]?|\{\{.*|\$[A-Z][A-Z0-9]{0,40}_[A-Z0-9_]{1,60}|%[a-z]|%\([^)]{1,40}\)[a-z]?|\[(?:secret|redacted)\]?)$/i;
/** An absolute path, such as the file with a private key. */
const path = /^\/(?:[a-z][a-z0-9._-]{0,60}\/){0,12}[a-z0-9._-]{1,60}$/;
const version = /^v?\d{1,4}(?:\.\d{1,6}){1,3}(?:[-+][\w.-]{0,40})?$/;
/** The name of a Kubernetes object, with its namespace or without: at least two parts. */
const objectName = /^[a-z0-9]{1,63}(?:[-./][a-z0-9]{1,63}){1,20}$/;

/**
 * Words that follow `token: ` or `secret: ` in a sentence about an error. They are from messages of Kubernetes, containerd,
 * Go and databases.
 */
const wordsOfErrors = new Set(
  `a an and are as at authentication authorization authorized auth bad bearer blocked but by can cannot could code connect
  connection context could deadline decode decoding denied dial does duplicate eof empty error exceeded exec expected
  expired fail failed failure field for forbidden format found from get got has have http https i/o if illegal in incorrect
  internal invalid is key length lookup malformed mismatch missing must no not object of on open or parse parsing password
  permission please post put read reading received rejected request required resource response rpc secret see server
  should signature signing status stat string tcp the this timeout timed to token too unable unauthorized unexpected
  unknown unmarshal unsupported until user using validate validation value verification verify was were when while with
  wrong x509`.split(/\s+/),
);

/** Returns true if a value is certainly not a secret, whatever its name is. */
export function isPlaceholder(value: string): boolean {
  return placeholder.test(value);
}

/** Returns true if a value is the path of a file or a version. Passwords are never taken for one. */
export function isPathOrVersion(value: string): boolean {
  return path.test(value) || version.test(value);
}

/** Returns true for a word of a sentence about an error. */
export function isWordOfErrors(value: string): boolean {
  return wordsOfErrors.has(withoutMarks(value).toLowerCase());
}

/** Returns true for at least 8 characters that no word, name, path, version or address has. */
export function looksRandom(text: string): boolean {
  const value = withoutMarks(text);
  if (value.length < 8 || /\s|:\/\//.test(value) || isPathOrVersion(value) || objectName.test(value)) return false;
  const isWord = /^[A-Za-z]?[a-z]*$|^[A-Z]+$|^[0-9.:]+$/.test(value);
  return !isWord;
}

/** A word at the end of a sentence can have an exclamation or question mark. So can a password. */
function withoutMarks(value: string): string {
  return value.replace(/[!?]{1,3}$/, '');
}

/** Entropy of the characters of a text, in bits per character (Shannon). English words have less than 3.5. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}
