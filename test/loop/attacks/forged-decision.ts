import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { StackClient } from '../../../demo/stack-client.ts';
import {
  decisionClientId,
  decisionNonce,
  purposeOfDecision,
  type Decision,
} from '../../../src/domain/approval/decision.ts';
import type { JournalRecord } from '../../../src/domain/journal/journal.ts';
import type { Delivery } from '../../../src/domain/alert/alert.ts';
import type { Digest } from '../../../src/lib/digest.ts';
import { alertsSignal, decideUpdate, statusQuery, type RemediationInput } from '../../../workflows/messages.ts';
import { poll } from '../../../demo/stack-client.ts';
import { decideAlone } from '../../decide-alone.ts';
import type { Attacker } from './attacker.ts';
import { signedInToken } from './signed-in-token.ts';

const issuer = 'http://127.0.0.1:9/attacker';

/**
 * Starts the remediation workflow directly, with an invented incident and the attacker's own issuer, waits for its dossier,
 * and decides with a token signed by the attacker's own key.
 */
export async function forgedDecision(
  client: StackClient,
  { temporal }: Attacker,
): Promise<{ refused?: string; records: JournalRecord[] }> {
  const startsAt = new Date().toISOString();
  const incident = { id: `inc-${randomBytes(8).toString('hex')}`, cluster: 'east', trace: 'f'.repeat(32), startsAt };
  const labels = { alertname: 'ShopHighLoad', namespace: 'shop', deployment: 'mail' };
  const alert = { cluster: 'east', fingerprint: 'f00d', status: 'firing' as const, startsAt, labels, annotations: {} };
  const delivery: Delivery = { cluster: 'east', group: 'attacker', trace: incident.trace, alerts: [alert] };
  const input: RemediationInput = { incident, signIn: { issuer, maxSignInAge: 100_000 } };
  const handle = await temporal.workflow.signalWithStart('remediation', {
    workflowId: `airlock-remediation-${randomBytes(8).toString('hex')}`,
    taskQueue: 'airlock-remediation-governance',
    args: [input],
    signal: alertsSignal,
    signalArgs: [delivery],
  });
  const dossier = await poll(
    'the dossier of the forged workflow',
    async () => (await handle.query(statusQuery)).dossier,
  );
  const decision = await selfSigned(dossier.digest);
  const answer = await handle
    .executeUpdate(decideUpdate, { args: [decision] })
    .catch((error: Error) => ({ refused: (error.cause as Error | undefined)?.message ?? error.message }));
  const resolved = { ...delivery, alerts: [{ ...alert, status: 'resolved' as const }] };
  await handle.signal(alertsSignal, resolved);
  await handle.result();
  const records = await client.api.journal(incident.id);
  return 'refused' in answer ? { refused: answer.refused, records } : { records };
}

async function selfSigned(dossier: Digest): Promise<Decision> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const reason = 'decided by an attacker';
  const now = Math.floor(Date.now() / 1000);
  const decision = decideAlone({ dossier, verb: 'approve', reason });
  const nonce = decisionNonce(decision.list);
  const token = await new SignJWT({ nonce, groups: ['lead', 'owner'], auth_time: now })
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT', jwk: await exportJWK(publicKey) })
    .setIssuer(issuer)
    .setSubject('lea')
    .setAudience(decisionClientId)
    .setIssuedAt(now)
    .setExpirationTime(now + 300)
    .sign(privateKey);
  return { ...decision, token };
}

/** Access and refresh tokens that the provider issues while `work` runs in this process. */
export async function accessTokensOf(work: () => Promise<unknown>): Promise<string[]> {
  const original = globalThis.fetch;
  const tokens: string[] = [];
  globalThis.fetch = async (...request) => {
    const response = await original(...request);
    // A body that is not JSON, for example the sign-in page, contains no token.
    const { access_token: access, refresh_token: refresh } = (await response
      .clone()
      .json()
      .catch(() => ({}))) as { access_token?: string; refresh_token?: string };
    tokens.push(...[access, refresh].filter((token) => token !== undefined));
    return response;
  };
  try {
    await work();
  } finally {
    globalThis.fetch = original;
  }
  return tokens;
}

/** A valid ID token of a test user for a dossier that does not exist. */
export function freshToken(client: StackClient, username: string): Promise<string> {
  const missing = { dossier: `sha256:${'0'.repeat(64)}`, verb: 'approve', reason: 'for the test alone' } as const;
  return signedInToken(client, username, purposeOfDecision(decideAlone(missing)));
}
