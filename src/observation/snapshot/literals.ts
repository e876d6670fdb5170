import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { findSecrets } from '../../lib/secrets/find-secrets.ts';
import { isPathOrVersion, isPlaceholder } from '../../lib/secrets/harmless-value.ts';
import type { KnownValue } from '../../lib/secrets/known-values.ts';
import { createPrefixIndex, type PrefixIndex } from '../../lib/secrets/prefix-index.ts';
import { secretKindOf } from '../../lib/secrets/secret-name.ts';
import type { Fields } from '../pick.ts';

/** Shortest value that is removed, in characters, if its name is the name of a secret, such as DB_PASSWORD. */
const shortestSecret = 4;
/**
 * Shortest value with any other name, in characters: the shortest password of NIST SP 800-63B. Shorter values are words
 * and numbers that messages need.
 */
const shortestOther = 8;
/** One word, as in `LOG_FORMAT=json` or `DB_HOST=postgres`, also with a port. Messages need such words. */
const word = /^[A-Za-z]{1,10}(?::\d{1,5})?$/;
/** Longest value that is compared with the shown texts, in characters. No name is longer. */
const longestShown = 256;
/** Shells keep the working directory in these variables. */
const workingDirectories: readonly string[] = ['PWD', 'OLDPWD'];

const containerLists: readonly string[] = ['containers', 'initContainers', 'ephemeralContainers'];
/** Fields whose texts are not stored in the clear, and the texts of statuses and Events, in which the values are searched. */
const unshownFields: readonly string[] = [
  'env',
  'httpHeaders',
  'annotations',
  'command',
  'args',
  'status',
  'message',
  'note',
  'reason',
  'action',
];

/** A text in the specification of a container. */
interface Literal {
  name: string;
  value: string;
  /** What a mark in place of the value says. */
  what: string;
}

/**
 * Returns the values that messages about these objects must not contain:
 * - the literal values of environment variables, and of the HTTP headers of probes and hooks, of every container in a pod
 *   or a pod template, also of init containers and ephemeral containers
 * - the secrets inside these values, such as the password in a URL
 * - the secrets in commands and arguments, such as `x` in `--password=x` and in `--password x`
 *
 * A value whose name is not the name of a secret is left out if it is short or if it is one word. Every value is left out
 * that the objects also contain in a field that is not private, as a whole or between separators: a password `web` of a
 * workload `web-cart`. A mark in place of such a name would show the value.
 */
export function literalsOf(objects: readonly KubeObject[]): KnownValue[] {
  const containers = objects.flatMap((object) => entriesOf(object, containerLists));
  const named = containers.flatMap((container) => [
    ...entriesOf(container, ['env']).flatMap((entry) => literalOf('env', entry)),
    ...entriesOf(container, ['httpHeaders']).flatMap((entry) => literalOf('header', entry)),
  ]);
  const inside = [...named, ...containers.flatMap(argumentsOf)].flatMap(secretsInside);
  const distinct = new Map([...inside, ...named.filter(isPrivate)].map((literal) => [literal.value, literal]));
  for (const value of shownIn(new Set(objects.flatMap(shownTexts)), distinct.keys())) distinct.delete(value);
  return [...distinct.values()];
}

/** Returns the maps in all lists with one of these names, at any depth: the depth of pod templates differs. */
function entriesOf(value: unknown, lists: readonly string[]): Fields[] {
  if (Array.isArray(value)) return value.flatMap((entry) => entriesOf(entry, lists));
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    lists.includes(key) && Array.isArray(child) ? child.filter(isMap) : entriesOf(child, lists),
  );
}

function literalOf(source: 'env' | 'header', { name, value }: Fields): Literal[] {
  if (typeof name !== 'string' || typeof value !== 'string') return [];
  const isSafe = /^[\w.-]{1,64}$/.test(name) && !name.includes(value.trim());
  return [{ name, value: value.trim(), what: `value of ${source}${isSafe ? ` ${name}` : ''}` }];
}

/** Returns each argument, and each argument after an option with the name of a secret. */
function argumentsOf({ command, args }: Fields): Literal[] {
  const texts = [command, args].flat().filter((text) => typeof text === 'string');
  return texts.map((value, index) => {
    const before = texts[index - 1] ?? '';
    const isValue = before.startsWith('-') && !value.startsWith('-') && secretKindOf(before) !== undefined;
    return { name: '', value: isValue ? `${before}=${value}` : value, what: 'value of argument' };
  });
}

function isPrivate({ name, value }: Literal): boolean {
  const kind = secretKindOf(name);
  if (isPlaceholder(value) || workingDirectories.includes(name)) return false;
  if (kind) return value.length >= shortestSecret && (kind === 'password' || !isPathOrVersion(value));
  return value.length >= shortestOther && !word.test(value);
}

/**
 * Returns the values that one of the texts contains with no letter or digit before or after it. Longer values than
 * `longestShown` are not searched for.
 */
function shownIn(texts: Iterable<string>, values: Iterable<string>): Set<string> {
  const index = createPrefixIndex(values);
  return new Set([...texts].flatMap((text) => shownInText(text, index)));
}

function shownInText(text: string, index: PrefixIndex): string[] {
  const shown: string[] = [];
  for (let at = 0; at < text.length; at += 1) {
    if (isLetterOrDigit(text[at - 1])) continue;
    const found = index.all(text.slice(at, at + longestShown));
    shown.push(...found.filter((value) => !isLetterOrDigit(text[at + value.length])));
  }
  return shown;
}

function isLetterOrDigit(character: string | undefined): boolean {
  return character !== undefined && /[A-Za-z0-9]/.test(character);
}

/** Returns the secrets in a literal. A message can contain the password of a URL decoded. */
function secretsInside({ value, what }: Literal): KnownValue[] {
  const secrets = findSecrets(value).map(({ start, end }) => value.slice(start, end));
  return secrets
    .flatMap((secret) => [secret, decoded(secret)])
    .filter((secret) => secret.length >= shortestSecret && !isPlaceholder(secret))
    .map((secret) => ({ value: secret, what }));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a `%` that is part of the secret
  }
}

function shownTexts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(shownTexts);
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => (unshownFields.includes(key) ? [] : shownTexts(child)));
}

function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
