import { fromBase64 } from '../base64.ts';
import { decodeUtf8 } from '../utf8.ts';
import type { FoundSecret, SecretKind } from './found-secret.ts';

interface TokenShape {
  kind: SecretKind;
  /** The secret is the group `secret`, or the whole match if the expression has no such group. */
  pattern: RegExp;
  /** If present, only a match for which this returns true is a secret. */
  isSecret?: (match: string) => boolean;
}

/**
 * Secrets that have a shape of their own. The prefixes and the lengths are those of the rules of gitleaks 8 (MIT,
 * config/gitleaks.toml), whose names are in the comments. Every repetition has a bound or is of one class of characters
 * after a prefix that cannot begin inside a match, or begins there only with a lower bound. So the time of a match grows
 * linearly with the length of the text.
 */
const shapes: readonly TokenShape[] = [
  // jwt; also the token of a ServiceAccount, which is a JWT. After `-` or `_`, a JWT can begin inside of what looks like
  // the header of another one, so there the header is shorter.
  {
    kind: 'token',
    pattern: /(?<![A-Za-z0-9])(?:(?<![_-])ey[\w-]{10,8000}|ey[\w-]{10,500})\.ey[\w-]{8,8000}(?:\.[\w-]{0,4000})?/g,
  },
  // aws-access-token
  { kind: 'key', pattern: /\b(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g },
  // gcp-api-key, and the access tokens of Google's OAuth
  { kind: 'key', pattern: /\bAIza[\w-]{35}/g },
  { kind: 'token', pattern: /\bya29\.[\w-]{20,2000}/g },
  // azure-ad-client-secret
  { kind: 'secret', pattern: /(?<![\w~.-])[\w~.]{3}\dQ~[\w~.-]{31,34}/g },
  // github-pat, -oauth, -app-token, -refresh-token, -fine-grained-pat
  { kind: 'token', pattern: /gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_\w{60,255}/g },
  // gitlab-pat and the other tokens of GitLab
  { kind: 'token', pattern: /\bgl(?:pat|ptt|dt|rt|cbt|ft|soat|agent|imt|rtr)-[\w.-]{20,300}/g },
  // slack-bot-token and the other tokens of Slack; slack-webhook-url
  { kind: 'token', pattern: /\bxox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9-]{10,250}|\bxapp-\d-[A-Za-z0-9-]{10,250}/g },
  { kind: 'token', pattern: /hooks\.slack\.com\/(?:services|workflows|triggers)\/(?<secret>[\w+/]{20,100})/g },
  // stripe-access-token
  { kind: 'key', pattern: /\b(?:sk|rk|whsec)_(?:(?:test|live|prod)_)?[A-Za-z0-9]{16,250}/g },
  // vault-service-token, vault-batch-token
  { kind: 'token', pattern: /\bhv[sbr]\.[\w-]{20,500}|\bs\.[A-Za-z0-9]{24}(?![\w.])/g },
  // npm-access-token, pypi-upload-token, digitalocean-pat, huggingface-access-token, sendgrid-api-token, doppler-api-token
  { kind: 'token', pattern: /\bnpm_[A-Za-z0-9]{36}|\bpypi-[\w-]{50,1000}|\bdo[op]_v1_[a-f0-9]{64}|\bhf_[A-Za-z]{34}/g },
  { kind: 'token', pattern: /\bSG\.[\w-]{20,24}\.[\w-]{39,50}|\bdp\.(?:pt|st|ct|sa)\.[\w.-]{40,100}/g },
  // openai-api-key, anthropic-api-key
  { kind: 'key', pattern: /\bsk-(?:ant-|proj-|svcacct-|admin-)?[A-Za-z0-9_-]{32,250}/g },
  // Signed URLs of Azure, AWS and Google
  {
    kind: 'token',
    pattern: /[?&](?:sig|x-amz-signature|x-amz-security-token|x-goog-signature)=(?<secret>[\w%+/=.-]{8,2000})/gi,
  },
  // curl-auth-header. Prose such as `bearer token` and `Basic authentication` has the same first word.
  {
    kind: 'token',
    pattern: /\bBearer[ \t]{1,4}(?<secret>[\w.~+/=-]{8,8000})/gi,
    isSecret: (match) => /\d|[A-Za-z]{20}/.test(match),
  },
  {
    kind: 'credentials',
    pattern: /\bBasic[ \t]{1,4}(?<secret>[A-Za-z0-9+/]{4,2000}={0,2})/gi,
    isSecret: isUserAndPassword,
  },
  // curl-auth-user
  {
    kind: 'credentials',
    pattern: /\bcurl\b[^\n]{0,200}?[ \t](?:-u|--user)[= \t]{1,4}["']?(?<secret>[^\s"':]{1,100}:[^\s"']{1,200})/g,
  },
  // Options with one letter. A MySQL client has the password in the same word; `-p` alone asks for a password.
  {
    kind: 'password',
    pattern: /\bmysql(?:dump|admin)?\b[^\n]{0,200}?[ \t]-p(?<secret>[^\s"'=-][^\s"']{2,100})/g,
    isSecret: isNoVariable,
  },
  {
    kind: 'password',
    pattern:
      /\b(?:sshpass|mongo(?:sh|dump|restore|export|import)?|(?:docker|podman|helm|skopeo|crane)[^\n]{0,60}?[ \t]login)[ \t][^\n]{0,200}?(?<![^ \t])-p[ \t]{0,4}["']?(?<secret>[^\s"'-][^\s"']{2,100})/g,
    isSecret: isNoVariable,
  },
  {
    kind: 'password',
    pattern: /\bredis-cli[ \t][^\n]{0,200}?(?<![^ \t])-a[ \t]{1,4}["']?(?<secret>[^\s"'-][^\s"']{2,100})/g,
    isSecret: isNoVariable,
  },
  // Oracle: user/password@database
  {
    kind: 'password',
    pattern:
      /(?:\bjdbc:oracle:\w{3,5}:|\bsqlplus[ \t][^\n]{0,60}?(?<![^ \t]))[\w.$#-]{1,64}\/(?<secret>[^\s"'@/]{1,200})(?=@)/g,
  },
  // SASL PLAIN (RFC 4616): NUL, user, NUL, password
  {
    kind: 'credentials',
    pattern: /\bAUTH PLAIN (?<secret>[A-Za-z0-9+/]{8,2000}={0,2})/g,
    isSecret: (match) => decoded(match).includes('\0'),
  },
  // A PEM in base64, as in kubeconfig files and Secrets
  {
    kind: 'private key',
    pattern: /\bLS0tLS1CRUdJTi[A-Za-z0-9+/]{40,16000}={0,2}/g,
    isSecret: (match) => decoded(match.slice(0, 80)).includes('PRIVATE KEY'),
  },
];

/** Finds the secrets whose shape is in the table. */
export function findTokens(text: string): FoundSecret[] {
  return shapes.flatMap(({ kind, pattern, isSecret = () => true }) =>
    [...text.matchAll(pattern)].flatMap((match): FoundSecret[] => {
      const secret = match.groups?.['secret'] ?? match[0];
      const end = match.index + match[0].length;
      return isSecret(secret) ? [{ start: end - secret.length, end, what: kind }] : [];
    }),
  );
}

/** Returns a text in base64, with or without padding, as text. Returns an empty text if it is neither. */
function decoded(text: string): string {
  const unpadded = text.replace(/=+$/, '');
  const bytes = fromBase64(unpadded.padEnd(Math.ceil(unpadded.length / 4) * 4, '='));
  return (bytes && decodeUtf8(bytes)) ?? '';
}

/** Returns false for a variable of a shell, such as `$REDIS_PASSWORD`. */
function isNoVariable(match: string): boolean {
  return !/^\$(?:\w+|[({].*)$/.test(match);
}

/** Returns true if a text is base64 of a user name, a colon and a password (RFC 7617). */
function isUserAndPassword(text: string): boolean {
  return /^[\x20-\x7e]*:[\x20-\x7e]+$/.test(decoded(text));
}
