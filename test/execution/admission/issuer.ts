import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { purposeOfDecision, type Decision, type Verb } from '../../../src/domain/approval/decision.ts';
import type { Digest } from '../../../src/lib/digest.ts';
import { decideAlone } from '../../decide-alone.ts';
import type { TokenPurpose } from '../../../src/domain/approval/decision-token.ts';

/** What a test changes in a token that the issuer signs. */
export interface Forgery {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  /** A key other than the issuer's, or of another algorithm. */
  key?: CryptoKey | Uint8Array;
}

/** An OIDC provider for tests. Unlike a real one it also signs forged tokens. */
export interface TestIssuer extends AsyncDisposable {
  issuer: string;
  /** The public key that it serves. */
  jwk: JWK;
  /** How often clients have fetched the keys. */
  fetches(): number;
  /** A decision of a person with its token. */
  decide(dossier: Digest, subject: string, verb?: Verb, reason?: string): Promise<Decision>;
  /** The token of a decision. */
  decisionToken(decision: Pick<Decision, 'list'>, subject: string, forgery?: Forgery): Promise<string>;
  /** A token for any purpose. */
  issueToken(purpose: TokenPurpose, subject: string, forgery?: Forgery): Promise<string>;
}

const groupsOf: Record<string, string[]> = { lea: ['lead'], olga: ['owner'], sam: ['sre'] };

/** @param metadata overrides members of the provider metadata. */
export async function startIssuer(now: () => Date, metadata: object = {}): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
  let fetches = 0;
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/.well-known/openid-configuration') {
      return response.end(
        JSON.stringify({
          issuer,
          jwks_uri: `${issuer}/jwks`,
          subject_types_supported: ['public'],
          ...metadata,
        }),
      );
    }
    fetches += 1;
    response.end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const issueToken: TestIssuer['issueToken'] = ({ clientId, nonce }, subject, { claims, header, key } = {}) => {
    const seconds = Math.floor(now().getTime() / 1000);
    return new SignJWT({
      iss: issuer,
      sub: subject,
      aud: clientId,
      groups: groupsOf[subject] ?? [],
      // Each token is from another sign-in, also within one second.
      sid: randomUUID(),
      iat: seconds,
      exp: seconds + 300,
      auth_time: seconds - 5,
      nonce,
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1', ...header })
      .sign(key ?? privateKey);
  };
  const decisionToken: TestIssuer['decisionToken'] = (decision, ...rest) =>
    issueToken(purposeOfDecision(decision), ...rest);
  return {
    issuer,
    jwk,
    decisionToken,
    issueToken,
    fetches: () => fetches,
    async decide(dossier, subject, verb = 'approve', reason = 'looks right') {
      const decision = decideAlone({ dossier, verb, reason });
      return { ...decision, token: await decisionToken(decision, subject) };
    },
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
