import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { proofOfDecision, type Decision, type Verb } from '../../src/domain/approval/decision.ts';
import type { Digest } from '../../src/lib/digest.ts';
import type { ProofOf } from '../../src/domain/approval/decision-token.ts';

/** What a test changes in a proof. */
export interface Forgery {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  /** Another key than the issuer's, or another algorithm's. */
  key?: CryptoKey | Uint8Array;
}

/** A provider of our own making, so that it can also sign what no honest provider would. */
export interface TestIssuer extends AsyncDisposable {
  issuer: string;
  /** Public key that is served. */
  jwk: JWK;
  /** How often the keys were fetched. */
  fetches(): number;
  /** A decision of `subject` with its proof. */
  decide(dossier: Digest, subject: string, verb?: Verb, reason?: string): Promise<Decision>;
  sign(decision: Omit<Decision, 'proof'>, subject: string, forgery?: Forgery): Promise<string>;
  /** A proof of anything. */
  prove(of: ProofOf, subject: string, forgery?: Forgery): Promise<string>;
}

const groupsOf: Record<string, string[]> = { lea: ['lead'], olga: ['owner'], sam: ['sre'] };

/** @param metadata stands in place of what it says of itself. */
export async function startIssuer(now: () => Date, metadata: object = {}): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
  let fetches = 0;
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/.well-known/openid-configuration') {
      return response.end(
        JSON.stringify({
          ...{ issuer, jwks_uri: `${issuer}/jwks`, subject_types_supported: ['public'] },
          ...metadata,
        }),
      );
    }
    fetches += 1;
    response.end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const prove: TestIssuer['prove'] = ({ clientId, nonce }, subject, { claims, header, key } = {}) => {
    const seconds = Math.floor(now().getTime() / 1000);
    return new SignJWT({
      ...{ iss: issuer, sub: subject, aud: clientId, groups: groupsOf[subject] ?? [] },
      // So that two sign-ins of one second are two.
      jti: randomUUID(),
      ...{ iat: seconds, exp: seconds + 300, auth_time: seconds - 5, nonce },
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1', ...header })
      .sign(key ?? privateKey);
  };
  const sign: TestIssuer['sign'] = (decision, ...rest) => prove(proofOfDecision(decision), ...rest);
  return {
    ...{ issuer, jwk, sign, prove, fetches: () => fetches },
    async decide(dossier, subject, verb = 'approve', reason = 'looks right') {
      return { dossier, verb, reason, proof: await sign({ dossier, verb, reason }, subject) };
    },
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
