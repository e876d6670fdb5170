import type { FoundSecret, SecretKind } from './found-secret.ts';
import { entropyOf, isPathOrVersion, isPlaceholder, isWordOfErrors, looksRandom } from './harmless-value.ts';
import { secretKindOf } from './secret-name.ts';
import { valueAt, type ValueSpan } from './value-at.ts';

/** Part of every name for which `secretKindOf` returns a kind. */
const keyWord = /pass|pw|secret|token|jwt|key|cred|auth|cookie|sessionid|session[._-]?id/gi;
const nameCharacter = /[\w.-]/;
/** Longest part of a name before or after a key word. */
const longestNamePart = 64;

/** A name in a text, with the dashes of an option. */
interface Name {
  start: number;
  end: number;
  kind: SecretKind;
  isOption: boolean;
}

/**
 * Finds values with the name of a secret, in these forms: `password=x`, `"password": "x"` (also inside JSON text),
 * `password: x`, `map[password:x]`, `--password x`, `["--password","x"]`, `password -> x`, `<password>x</password>`, the header
 * `Authorization: Bearer x`, `password "x"`, `password is x1`, and `token x` if x looks random.
 *
 * A sentence can have the same form: `failed to fetch token: unauthorized`. There the word after the colon is a value
 * only if it is not a word of such sentences (`harmless-value.ts`).
 */
export function findAssignments(text: string): FoundSecret[] {
  const found: FoundSecret[] = [];
  for (const name of namesIn(text)) {
    // A name inside a value is removed with it. Each search would read the rest of the value again.
    if (name.end < (found.at(-1)?.end ?? 0)) continue;
    const value =
      assigned(text, name) ?? argumentOf(text, name) ?? passwordAfter(text, name) ?? randomAfter(text, name);
    if (value) found.push({ start: value.start, end: value.end, what: name.kind });
  }
  return found;
}

function namesIn(text: string): Name[] {
  const names: Name[] = [];
  for (const { index, 0: word } of text.matchAll(keyWord)) {
    if (index < (names.at(-1)?.end ?? 0)) continue;
    const after = nameLength(text, index + word.length, 1);
    // The last word of a name counts. If this word is so far from the end, it is not the last.
    if (after === longestNamePart) continue;
    const start = index - nameLength(text, index - 1, -1);
    const end = index + word.length + after;
    const kind = secretKindOf(text.slice(start, end));
    if (kind) names.push({ start, end, kind, isOption: text[start] === '-' });
  }
  return names;
}

/** Returns how many characters of a name there are from `at` on, forwards or backwards, at most `longestNamePart`. */
function nameLength(text: string, at: number, step: 1 | -1): number {
  let length = 0;
  while (length < longestNamePart && nameCharacter.test(text[at + length * step] ?? '')) length += 1;
  return length;
}

const separator = /\\{0,7}["'`]?[ \t]{0,8}(?:=>|->|:=|==|=|:|>|%3D)[ \t]{0,8}\[?/iy;
const scheme = /(?:Basic|Bearer|Digest|Negotiate|Token|ApiKey)[ \t]{1,4}/iy;
/** The first line of a value in YAML that begins in the next line. */
const blockOfYaml = /[|>][-+]?\d?[ \t]{0,8}(?:\r?\n|\\n)[ \t]{1,64}/y;
/** A refusal by the API server: `data.password: Invalid value: "x": must be ...`. */
const refusedValue = /(?:Invalid|Unsupported|Duplicate) value: /y;
/** The beginning of an object or a struct, in which other names follow. A password can begin with the same character. */
const structure = /\\{0,7}["'`]?\{(?:$|[\s"'{}\\]|[\w.-]{1,60}[:=])/y;

/** Returns the value after `=` or `:`, or in an element of XML. */
function assigned(text: string, name: Name): ValueSpan | undefined {
  const match = matchAt(separator, text, name.end);
  if (!match) return undefined;
  const after = name.end + match[0].length;
  if (match[0] === '>') return text[name.start - 1] === '<' ? elementAt(text, after) : undefined;
  const skipped = skippedAt(text, after);
  const value = simpleValueAt(text, after + skipped);
  if (!value || !isPlausible(name.kind, value, text.slice(value.start, value.end))) return undefined;
  // Sentences, YAML and addresses have a colon before a value without quotes.
  if (value.isQuoted || skipped > 0 || !/^\\{0,7}["'`]?[ \t]*(?::(?!=)|->)/.test(match[0])) return value;
  return isValueInSentence(text, name, { ...value, hasSpace: /[:>][ \t]/.test(match[0]) }) ? value : undefined;
}

/** Returns the value at a place, unless an object or a struct begins there. */
function simpleValueAt(text: string, at: number): ValueSpan | undefined {
  return matchAt(structure, text, at) ? undefined : valueAt(text, at);
}

/** Returns the length of what is between a separator and a value, such as `Bearer `. */
function skippedAt(text: string, at: number): number {
  const match = matchAt(scheme, text, at) ?? matchAt(refusedValue, text, at) ?? matchAt(blockOfYaml, text, at);
  return match ? match[0].length : 0;
}

/** `auth`, `cookie` and the like are also the names of harmless settings, such as `auth: basic`. */
function isPlausible(kind: SecretKind, { isQuoted }: ValueSpan, content: string): boolean {
  if (content === '' || isPlaceholder(content)) return false;
  if (kind === 'password') return true;
  return (
    !isPathOrVersion(content) && (kind !== 'credentials' || looksRandom(content) || (isQuoted && content.length > 19))
  );
}

function elementAt(text: string, start: number): ValueSpan | undefined {
  const end = text.indexOf('<', start);
  return end > start ? { start, end, isQuoted: true } : undefined;
}

/** Returns true for `registry/auth-token:1.2` and `auth-token:8080`: an image and a port. */
function isAddress(text: string, { start, kind }: Name, value: string): boolean {
  return text[start - 1] === '/' || (kind !== 'password' && /^\d{1,5}(?:[/,]|$)/.test(value));
}

/**
 * @param value the word after a name and a colon.
 * @param value.hasSpace true if there is a space between the colon and the word.
 */
function isValueInSentence(text: string, name: Name, value: ValueSpan & { hasSpace: boolean }): boolean {
  const content = text.slice(value.start, value.end);
  if (!value.hasSpace) return !isAddress(text, name, content);
  if (isWordOfErrors(content)) return false;
  const before = text.slice(Math.max(0, name.start - 20), name.start).replace(/[ \t]+$/, '');
  const isFirst = /(?:^|[\n{[(,;"'`|])$/.test(before);
  return isFirst || name.kind === 'password' || looksRandom(content);
}

/** A space, or the quotes and the comma between two entries of a list in JSON. */
const betweenArguments = /\\{0,7}["']?,?[ \t]{1,4}(?!-)|\\{0,7}["'],(?=\\{0,7}["'])/y;

/** Returns the word after an option, as in `--password x`. */
function argumentOf(text: string, name: Name): ValueSpan | undefined {
  const between = name.isOption ? matchAt(betweenArguments, text, name.end) : undefined;
  const value = between && valueAt(text, name.end + between[0].length);
  if (!value) return undefined;
  const content = text.slice(value.start, value.end);
  const isHarmless = isPlaceholder(content) || isWordOfErrors(content) || isPathOrVersion(content);
  return isHarmless ? undefined : value;
}

/** Quotes, or one word with letters and digits, after `password`: messages about a wrong password have this form. */
const afterPassword = /[ \t]{1,2}(?:(?:is|was)[ \t]{1,2})?(?=["'`]|[^\s\d]{0,100}\d)/iy;

function passwordAfter(text: string, { end, kind }: Name): ValueSpan | undefined {
  const match = kind === 'password' ? matchAt(afterPassword, text, end) : undefined;
  const value = match && valueAt(text, end + match[0].length);
  if (!value) return undefined;
  const content = text.slice(value.start, value.end);
  const looksChosen = value.isQuoted || (content.length >= 6 && /[A-Za-z]/.test(content) && !isPathOrVersion(content));
  return looksChosen && isPlausible('password', value, content) ? value : undefined;
}

/** Up to two words, and then at least 20 characters that base64, hexadecimal and most tokens consist of. */
const laterWord = /(?:[ \t]{1,2}[A-Za-z]{1,12}){0,2}[ \t:=("'`]{1,4}(?<value>[A-Za-z0-9+/]{20,2000}={0,2})(?![\w.-])/y;

function randomAfter(text: string, { end }: Name): ValueSpan | undefined {
  const match = matchAt(laterWord, text, end);
  const value = match?.groups?.['value'] ?? '';
  if (!match || !/\d/.test(value) || !/[A-Za-z]/.test(value) || entropyOf(value) < 3.5) return undefined;
  const valueEnd = end + match[0].length;
  return { start: valueEnd - value.length, end: valueEnd, isQuoted: false };
}

/** @param pattern a sticky expression. */
function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
