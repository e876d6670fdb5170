import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { signIn as postForm } from '../../demo/sign-in.ts';
import { createProofVerifier } from '../../src/adapters/oidc/proof-verifier.ts';
import { signIn } from '../../src/adapters/oidc/sign-in.ts';
import { decide, type DecideDeps, type DecideInput } from '../../src/cli/decide.ts';
import { renderDossier } from '../../src/cli/render/dossier.ts';
import { decisionNonce, decisionSchema, proofOfDecision, type Decision } from '../../src/domain/approval/decision.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { dossierDigest } from '../../src/domain/approval/dossier.ts';
import type { IncidentView } from '../../src/domain/incident/incident-view.ts';
import { canonicalJson } from '../../src/lib/json.ts';
import { proofClaimsSchema, proofRefusal } from '../../src/domain/approval/decision-token.ts';
import type { DecisionAnswer } from '../../src/domain/ports.ts';
import { startOidc } from '../../stack/servers/oidc.ts';
import { stopAll } from '../../stack/process/process.ts';
import { openState } from '../../stack/state/state.ts';
import { deployment, dossierOf, incident, observer, safeReport, scalePlan, signed } from './fixture.ts';

const path = await mkdtemp(join(tmpdir(), 'airlock-decide-'));
const state = await openState(join(path, 'state'));
const { issuer, usersFile } = await startOidc(state);
const users: { username: string; password: string }[] = JSON.parse(await readFile(usersFile, 'utf8'));
const lea = users.find(({ username }) => username === 'lea') ?? { username: '', password: '' };

after(async () => {
  await stopAll(state);
  await rm(path, { recursive: true });
});

const plan = scalePlan([deployment('web', 2)], { web: 3 });
const dossier = dossierOf(plan, await signed(observer().sign, safeReport(plan)), new Date());
const digest = dossierDigest(dossier);
const bytes = new TextEncoder().encode(canonicalJson(dossier));
const typed: DecideInput = { verb: 'approve', incident: incident.id, dossier: digest, reason: 'looks right' };

interface Session {
  deps: DecideDeps;
  out: string[];
  err: string[];
  sent: Decision[];
}

/** The command with the real provider; lea signs in as soon as the address is shown. */
function session(answer?: DecisionAnswer, change: Partial<DecideDeps> = {}): Session {
  const made: Omit<Session, 'deps'> = { out: [], err: [], sent: [] };
  const admitted = {
    ...typed,
    dossier: digest,
    issuer,
    subject: 'lea',
    groups: ['lead'],
    admittedAt: '2026-11-21T12:00:00Z',
  };
  const deps: DecideDeps = {
    api: {
      document: async () => bytes,
      incident: async () => assert.fail('asked for the incident'),
      async decide(_, decision) {
        made.sent.push(decision);
        return answer ?? { admitted };
      },
    },
    issuer,
    renderDossier,
    signIn,
    out: (line) => made.out.push(line),
    err(line) {
      made.err.push(line);
      const [, url] = /^Sign in: (.*)$/.exec(line) ?? [];
      if (url) postForm(url, lea).catch((error: Error) => made.err.push(error.message));
    },
    ...change,
  };
  return { deps, ...made };
}

describe('airlock approve', () => {
  it('OK: shows the dossier, signs in, sends a proof that the gateway would admit, prints no token', async () => {
    const { deps, out, err, sent } = session();
    await decide(deps, typed);
    const { proof, ...decision } = sent[0] ?? assert.fail('nothing was sent');
    assert.deepEqual(decision, { verb: 'approve', reason: 'looks right', dossier: digest });
    const verified = await createProofVerifier({ issuer }).verify(proof);
    const claims = proofClaimsSchema.parse('claims' in verified && verified.claims);
    const terms = { issuer, now: Date.now() / 1000, maxSignInAge: 60 };
    assert.equal(proofRefusal(proofOfDecision(decision), claims, terms), undefined);
    assert.deepEqual([claims.sub, claims.groups], ['lea', ['lead']]);
    assert.ok(err[0]?.includes(digest));
    assert.deepEqual(out, ['approve by lea (lead) admitted at 2026-11-21T12:00:00Z']);
    assert.ok(![...out, ...err].some((line) => line.includes(proof)), 'the token was printed');
  });

  it('OK: --proof-only prints the decision, sends nothing, and names the two ways to carry it', async () => {
    const workflow = 'airlock-remediation-0123456789abcdef';
    const { deps, out, err, sent } = session();
    const api = { ...deps.api, incident: async () => ({ workflow }) as IncidentView };
    await decide({ ...deps, api, temporal: '127.0.0.1:7233' }, { ...typed, proofOnly: true });
    assert.deepEqual(sent, []);
    const printed = decisionSchema.parse(JSON.parse(out.join('')));
    assert.deepEqual({ ...printed, proof: '' }, { verb: 'approve', reason: 'looks right', dossier: digest, proof: '' });
    assert.ok('claims' in (await createProofVerifier({ issuer }).verify(printed.proof)));
    assert.ok(err[0]?.includes(digest), 'the dossier was not shown');
    assert.ok(!err.some((line) => line.includes(printed.proof)), 'the proof was shown among the notices');
    const to = `--address 127.0.0.1:7233 --namespace airlock --workflow-id ${workflow}`;
    assert.deepEqual(err.slice(-2), [
      `  temporal workflow signal ${to} --name decision --input-file decision.json`,
      `  temporal workflow update execute ${to} --name decide --update-id ${digestOf(printed)} --input-file decision.json`,
    ]);
  });

  it('--proof-only: a workflow id that a shell would read as more than a word is not printed', async () => {
    const { deps, out, err } = session();
    const api = { ...deps.api, incident: async () => ({ workflow: 'x; touch /tmp/x' }) as IncidentView };
    await assert.rejects(decide({ ...deps, api }, { ...typed, proofOnly: true }), { code: 'bad-answer' });
    assert.ok(![...out, ...err].some((line) => line.includes('touch')));
  });

  it('OK: the archived key verifies the proof without asking anybody', async () => {
    const { deps, sent } = session();
    await decide(deps, { ...typed, verb: 'deny' });
    const proof = sent[0]?.proof ?? '';
    const verified = await createProofVerifier({ issuer }).verify(proof);
    assert.ok('key' in verified && !('d' in (verified.key as object)));
    const nobody = createProofVerifier({ issuer: 'http://127.0.0.1:1' });
    assert.deepEqual(await nobody.verifyArchived(proof, verified.key), { claims: verified.claims });
    assert.ok('refused' in (await nobody.verifyArchived(`${proof.slice(0, -8)}AAAAAAAA`, verified.key)));
  });

  it('an answer that refuses is an error with its reason', async () => {
    const { deps } = session({ refused: 'the sign-in is too old' });
    await assert.rejects(decide(deps, typed), { code: 'decision-refused', message: /the sign-in is too old/ });
  });

  it('bytes with another digest, no dossier, another incident: nobody is asked to sign in', async () => {
    const notCalled = { signIn: async () => assert.fail('asked to sign in') };
    const other = new TextEncoder().encode(canonicalJson({ ...dossier, trace: 'other' }));
    const api = (sentBytes: Uint8Array) => ({ ...session().deps.api, document: async () => sentBytes });
    const attempts: [Partial<DecideDeps>, Partial<DecideInput>, RegExp][] = [
      [{ api: api(other) }, {}, /another digest/],
      [{ api: api(new TextEncoder().encode('not json')) }, {}, /another digest/],
      [{}, { incident: 'inc-other' }, /is of incident/],
    ];
    for (const [change, input, message] of attempts) {
      const { deps } = session(undefined, { ...change, ...notCalled });
      await assert.rejects(decide(deps, { ...typed, ...input }), { code: 'dossier-differs', message });
    }
  });
});

describe('signing in', () => {
  const request = {
    issuer,
    clientId: 'airlock-decision',
    nonce: decisionNonce(digest, 'deny', 'no'),
    deadlineMs: 300_000,
  };

  it('nobody comes: says how long it waited', async () => {
    const asked = signIn({ ...request, deadlineMs: 60, show: () => undefined });
    await assert.rejects(asked, { code: 'sign-in-timeout', message: /0.001 minutes/ });
  });

  it('a call to the loopback address without the state is turned away, and the wait goes on', async () => {
    const answers: number[] = [];
    const show = async (url: string): Promise<void> => {
      const target = new URL(new URL(url).searchParams.get('redirect_uri') ?? '');
      for (const query of ['', '?code=stolen&state=guessed'])
        answers.push((await fetch(`${target.href}${query}`)).status);
      await postForm(url, lea);
    };
    const shown: Promise<void>[] = [];
    const token = await signIn({ ...request, show: (url) => shown.push(show(url)) });
    await Promise.all(shown);
    assert.deepEqual(answers, [404, 404]);
    assert.equal(String(token), '[secret]');
  });

  it('a provider that answers with an error: refused, with its word', async () => {
    const show = (url: string): void => {
      const asked = new URL(url).searchParams;
      const answer = new URLSearchParams({ error: 'access_denied', state: asked.get('state') ?? '', iss: issuer });
      void fetch(`${asked.get('redirect_uri') ?? ''}?${answer.toString()}`);
    };
    await assert.rejects(signIn({ ...request, show }), { code: 'sign-in-refused', message: /access_denied/ });
  });

  it('a provider without TLS that is not this machine: nobody is sent there', async () => {
    const asked = signIn({ ...request, issuer: 'http://idp.example', show: () => assert.fail('was shown') });
    await assert.rejects(asked, { code: 'issuer-insecure' });
  });
});
