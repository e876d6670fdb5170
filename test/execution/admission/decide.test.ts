import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { signInAtProvider as postForm } from '../../../demo/sign-in.ts';
import { createTokenVerifier } from '../../../src/adapters/oidc/token-verifier.ts';
import { signIn } from '../../../src/adapters/oidc/sign-in.ts';
import { decide, type DecideDeps, type DecideInput } from '../../../src/cli/approval/decide.ts';
import { decisionNonce, decisionSchema, purposeOfDecision } from '../../../src/domain/approval/decision.ts';
import { detailOfDecision } from '../../../src/domain/approval/authorization-details.ts';
import { digestOf } from '../../../src/lib/digest.ts';
import type { IncidentView } from '../../../src/domain/incident/incident-view.ts';
import { canonicalJson } from '../../../src/lib/json/json.ts';
import { unverifiedClaims } from '../../../src/domain/approval/token-claims.ts';
import { tokenClaimsSchema, checkTokenClaims } from '../../../src/domain/approval/decision-token.ts';
import { stepUpAcr } from '../../../stack/oidc/test-users.ts';
import { dossierDigest } from '../../../src/domain/approval/dossier.ts';
import { bytesOf, startDecideScene } from './decide-scene.ts';
import { decideAlone } from '../../decide-alone.ts';

const scene = await startDecideScene();
after(() => scene[Symbol.asyncDispose]());
const { issuer, session, lea, dossier, digest, typed, content } = scene;

describe('airlock approve', () => {
  it('shows the dossier, signs in, sends a token that the gateway would admit, and prints no token', async () => {
    const { deps, out, err, sent } = session();
    await decide(deps, typed);
    const { token, ...decision } = sent[0] ?? assert.fail('nothing was sent');
    assert.deepEqual(decision, decideAlone(content));
    const verified = await createTokenVerifier({ issuer }).verify(token);
    const claims = tokenClaimsSchema.parse('claims' in verified && verified.claims);
    const terms = { issuer, now: Date.now() / 1000, maxSignInAge: 60 };
    assert.equal(checkTokenClaims(purposeOfDecision(decision), claims, terms), undefined);
    assert.deepEqual([claims.sub, claims.groups, claims.acr], ['lea', ['lead'], undefined]);
    assert.deepEqual(claims.authorization_details, [detailOfDecision(decision, dossier)]);
    assert.ok(err[0]?.includes(digest));
    assert.deepEqual(out, ['the gateway admitted the approval by lea (groups: lead) at 2026-11-21T12:00:00Z']);
    assert.ok(![...out, ...err].some((line) => line.includes(token)), 'the token was printed');
  });

  it('says that an approval does not count if the approver is in no group that the dossier needs', async () => {
    const answer = (groups: string[]) => ({
      admitted: { ...content, issuer, subject: 'lea', groups, admittedAt: '2026-11-21T12:00:00Z' },
    });
    const { verdict } = dossier;
    const needed = verdict.allowed ? verdict.obligation.groups : assert.fail('the dossier is denied');
    const warning = /^This approval does not count: inc-[0-9a-f]+ needs approvals of group /;
    for (const [groups, isWarned] of [
      [['guest'], true],
      [needed.slice(0, 1), false],
    ] as const) {
      const { deps, err } = session(answer([...groups]));
      await decide(deps, typed);
      assert.equal(
        err.some((line) => warning.test(line)),
        isWarned,
        groups.join(),
      );
    }
  });

  it('asks the provider for the step-up of the dossier, for an approval and not for a denial', async () => {
    const demanding = { ...dossier, stepUp: { acr: [stepUpAcr] } };
    const document = async () => bytesOf(demanding);
    const dossiers = [{ incident: demanding.incident, digest: dossierDigest(demanding) }];
    for (const verb of ['approve', 'deny'] as const) {
      const { deps, err, sent } = session();
      await decide({ ...deps, api: { ...deps.api, document } }, { ...typed, verb, dossiers });
      const acr = unverifiedClaims(sent[0]?.token ?? '')?.acr;
      const isTold = err.some((line) => line.startsWith(`The sign-in must have acr ${stepUpAcr}.`));
      assert.deepEqual([acr, isTold], verb === 'approve' ? [stepUpAcr, true] : [undefined, false]);
    }
  });

  it('with --token-only prints the decision, sends nothing, and names the two commands that send it', async () => {
    const workflow = 'airlock-remediation-0123456789abcdef';
    const { deps, out, err, sent } = session();
    const api = { ...deps.api, incident: async () => ({ workflow }) as IncidentView };
    await decide({ ...deps, api, temporal: '127.0.0.1:7233' }, { ...typed, tokenOnly: true });
    assert.deepEqual(sent, []);
    const printed = decisionSchema.parse(JSON.parse(out.join('')));
    assert.deepEqual({ ...printed, token: '' }, { ...decideAlone(content), token: '' });
    assert.ok('claims' in (await createTokenVerifier({ issuer }).verify(printed.token)));
    assert.ok(err[0]?.includes(digest), 'the dossier was not shown');
    assert.ok(!err.some((line) => line.includes(printed.token)), 'the token was shown among the notices');
    const to = `--address 127.0.0.1:7233 --namespace airlock --workflow-id ${workflow}`;
    assert.deepEqual(err.slice(-2), [
      `  temporal workflow signal ${to} --name decision --input-file decision.json`,
      `  temporal workflow update execute ${to} --name decide --update-id ${digestOf(printed)} --input-file decision.json`,
    ]);
  });

  it('with --token-only does not print a workflow id with shell metacharacters', async () => {
    const { deps, out, err } = session();
    const api = { ...deps.api, incident: async () => ({ workflow: 'x; touch /tmp/x' }) as IncidentView };
    await assert.rejects(decide({ ...deps, api }, { ...typed, tokenOnly: true }), { code: 'workflow-id-invalid' });
    assert.ok(![...out, ...err].some((line) => line.includes('touch')));
  });

  it('sends a token that the archived key verifies without any request', async () => {
    const { deps, sent } = session();
    await decide(deps, { ...typed, verb: 'deny' });
    const token = sent[0]?.token ?? '';
    const verified = await createTokenVerifier({ issuer }).verify(token);
    assert.ok('key' in verified && !('d' in (verified.key as object)));
    const nobody = createTokenVerifier({ issuer: 'http://127.0.0.1:1' });
    assert.deepEqual(await nobody.verifyArchived(token, verified.key), { claims: verified.claims });
    assert.ok('refused' in (await nobody.verifyArchived(`${token.slice(0, -8)}AAAAAAAA`, verified.key)));
  });

  it('reports a refusal as an error with its reason', async () => {
    const { deps } = session({ refused: 'the sign-in is too old' });
    await assert.rejects(decide(deps, typed), { code: 'decision-not-admitted', message: /the sign-in is too old/ });
  });

  it('asks nobody to sign in for bytes with another digest, no dossier, or a dossier of another incident', async () => {
    const notCalled = { signIn: async () => assert.fail('asked to sign in') };
    const other = new TextEncoder().encode(canonicalJson({ ...dossier, trace: 'other' }));
    const api = (sentBytes: Uint8Array) => ({ ...session().deps.api, document: async () => sentBytes });
    const attempts: [Partial<DecideDeps>, Partial<DecideInput>, RegExp][] = [
      [{ api: api(other) }, {}, /another digest/],
      [{ api: api(new TextEncoder().encode('not json')) }, {}, /another digest/],
      [{}, { dossiers: [{ incident: 'inc-other', digest }] }, /belongs to incident/],
    ];
    for (const [change, input, message] of attempts) {
      const { deps } = session(undefined, { ...change, ...notCalled });
      await assert.rejects(decide(deps, { ...typed, ...input }), { code: 'dossier-mismatch', message });
    }
  });
});

describe('signing in', () => {
  const request = {
    issuer,
    clientId: 'airlock-decision',
    nonce: decisionNonce([{ dossier: digest, verb: 'deny', reason: 'no' }]),
    details: [],
    deadlineMs: 300_000,
  };

  it('says how long it waited when nobody signs in', async () => {
    const asked = signIn({ ...request, deadlineMs: 60, show: () => undefined });
    await assert.rejects(asked, { code: 'sign-in-timeout', message: /0.001 minutes/ });
  });

  it('answers 404 to a call without the state and goes on waiting', async () => {
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

  it('is refused with the error of the provider', async () => {
    const show = (url: string): void => {
      const asked = new URL(url).searchParams;
      const answer = new URLSearchParams({ error: 'access_denied', state: asked.get('state') ?? '', iss: issuer });
      void fetch(`${asked.get('redirect_uri') ?? ''}?${answer.toString()}`);
    };
    await assert.rejects(signIn({ ...request, show }), { code: 'sign-in-refused', message: /access_denied/ });
  });

  it('sends nobody to a remote provider without TLS', async () => {
    const asked = signIn({ ...request, issuer: 'http://idp.example', show: () => assert.fail('was shown') });
    await assert.rejects(asked, { code: 'issuer-insecure' });
  });
});
