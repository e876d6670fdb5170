import type { FoundSecret } from './found-secret.ts';
import { entropyOf } from './harmless-value.ts';

const url = /(?<![A-Za-z0-9+.-])[a-z][a-z0-9+.-]{1,30}:\/\/(?<rest>[^\s"'`<>\\]{1,4000})/gi;
/** The address of a Go driver, which has no scheme: `user:password@tcp(host:3306)/database`. */
const goDriverAddress = /(?<![\w./:-])[\w.-]{1,64}:(?<secret>[^\s"'`@]{1,200})@(?:tcp|unix|udp)\(/g;
/**
 * Go and Node quote a part of a URL if they cannot parse it. If a password contains `/`, `#` or `?`, this part is the
 * password.
 */
const unparsedPort = /invalid port \\{0,2}":(?<secret>[^"\\]{1,300})\\{0,2}" after host/g;

/** Finds the passwords in URLs such as `postgres://user:password@host/database`, and in similar addresses. */
export function findUrlPasswords(text: string): FoundSecret[] {
  const inUrls = [...text.matchAll(url)].flatMap((match) => {
    const rest = match.groups?.['rest'] ?? '';
    const span = passwordIn(rest);
    const at = match.index + match[0].length - rest.length;
    return span ? [{ start: at + span.start, end: at + span.end, what: 'password' }] : [];
  });
  const inGroups = [goDriverAddress, unparsedPort].flatMap((pattern) => [...text.matchAll(pattern)]);
  return [
    ...inUrls,
    ...inGroups.map((match): FoundSecret => {
      const secret = match.groups?.['secret'] ?? '';
      const start = match.index + match[0].indexOf(`:${secret}`) + 1;
      return { start, end: start + secret.length, what: 'password' };
    }),
  ];
}

/** Returns true for at least 20 letters and digits in no order. Names of users are words. */
function isToken(user: string): boolean {
  return /^(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9]{20,255}$/.test(user) && entropyOf(user) >= 3;
}

/** @param rest a URL without its scheme. */
function passwordIn(rest: string): { start: number; end: number } | undefined {
  const colon = rest.search(/[:/?#@]/);
  if (colon < 0) return undefined;
  const authorityEnd = rest.search(/[/?#]/);
  const atInAuthority = rest.slice(0, authorityEnd < 0 ? rest.length : authorityEnd).lastIndexOf('@');
  // Git servers take a token in place of the user, with any password or none.
  if (atInAuthority >= colon && isToken(rest.slice(0, colon))) return { start: 0, end: atInAuthority };
  if (rest[colon] !== ':') return undefined;
  // A password with `/`, `?` or `#` should be encoded, but often is not. Only a port can be before the path.
  const isPort = /^\d{1,5}(?:[/?#,]|$)/.test(rest.slice(colon + 1));
  const end = atInAuthority > colon || isPort ? atInAuthority : rest.lastIndexOf('@');
  // `registry://image:1.2@sha256:...` is the digest of an image.
  if (end <= colon + 1 || /^@sha\d{3}:/.test(rest.slice(end))) return undefined;
  return { start: colon + 1, end };
}
