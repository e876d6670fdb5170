import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { decide } from '../../../src/cli/approval/decide.ts';
import {
  decisionNonce,
  decisionSchema,
  type Decision,
  type DecisionAnswer,
} from '../../../src/domain/approval/decision.ts';
import { detailOfDecision, type AuthorizationDetail } from '../../../src/domain/approval/authorization-details.ts';
import { dossierDigest } from '../../../src/domain/approval/dossier.ts';
import { unverifiedClaims } from '../../../src/domain/approval/token-claims.ts';
import type { IncidentView } from '../../../src/domain/incident/incident-view.ts';
import { digestOf } from '../../../src/lib/digest.ts';
import { AirlockError } from '../../../src/lib/error.ts';
import { oneLead } from '../fixture.ts';
import { bytesOf, startDecideScene } from './decide-scene.ts';

const scene = await startDecideScene();
after(() => scene[Symbol.asyncDispose]());
const { session, dossier, typed } = scene;

const dossiers = ['1', '2', '3'].map((last) => ({ ...dossier, incident: `inc-000000000000000${last}` }));
const refs = dossiers.map((each) => ({ incident: each.incident, digest: dossierDigest(each) }));
const documentOf = async (id: string) => bytesOf(dossiers.find((each) => each.incident === id) ?? assert.fail());

describe('airlock approve with several incidents', () => {
  it('shows each dossier of a list, signs in once, and sends each decision with the list', async () => {
    const { deps, out, err, sent } = session();
    await decide({ ...deps, api: { ...deps.api, document: documentOf } }, { ...typed, dossiers: refs });
    for (const [index, { digest: shown }] of refs.entries()) assert.ok(err[index]?.includes(shown));
    assert.match(err[3] ?? '', /^You are about to approve these 3 dossiers with one sign-in: sha256:/);
    assert.equal(err.filter((line) => line.startsWith('Sign in: ')).length, 1);
    const list = refs.map((each) => ({ dossier: each.digest, verb: 'approve' as const, reason: 'looks right' }));
    assert.deepEqual(
      sent.map(({ token: _, ...each }) => each),
      list.map((each) => ({ ...each, list })),
    );
    const nonces = new Set(sent.map(({ token }) => unverifiedClaims(token)?.nonce));
    assert.deepEqual([...nonces], [decisionNonce(sent[0]?.list ?? [])]);
    const shown = unverifiedClaims(sent[0]?.token ?? '')?.authorization_details as AuthorizationDetail[];
    assert.deepEqual(
      shown,
      list.map((each) => detailOfDecision(each, dossier)),
    );
    assert.deepEqual(
      out.map((line) => line.slice(0, 20)),
      refs.map((each) => each.incident),
    );
  });

  it('sends the other decisions of a list when one is refused, and fails at the end', async () => {
    const { deps, out, sent } = session();
    const api = {
      ...deps.api,
      document: documentOf,
      decide: async (id: string, decision: Decision): Promise<DecisionAnswer> =>
        id === refs[1]?.incident ? { refused: 'it expired' } : deps.api.decide(id, decision),
    };
    const failed = { code: 'decision-not-admitted', message: /^1 of 3 decisions were not admitted: .*it expired/ };
    await assert.rejects(decide({ ...deps, api }, { ...typed, dossiers: refs }), failed);
    assert.deepEqual([sent.length, out.length], [2, 2]);
  });

  it('refuses a list with a dossier of tier high, with an incident twice, or with long reasons, before the sign-in', async () => {
    const { deps } = session(undefined, { signIn: async () => assert.fail('asked to sign in') });
    const high = { ...dossier, incident: 'inc-00000000000000ff', verdict: { ...oneLead, tier: 'high' as const } };
    const highRef = { incident: high.incident, digest: dossierDigest(high) };
    const document = async (id: string) => (id === high.incident ? bytesOf(high) : documentOf(id));
    const asked = decide({ ...deps, api: { ...deps.api, document } }, { ...typed, dossiers: [...refs, highRef] });
    const tooHigh = /inc-00000000000000ff: the dossier is of tier high, .* 4 dossiers: decide on this dossier alone/;
    await assert.rejects(asked, { code: 'bad-input', message: tooHigh });
    const many = Array.from({ length: 13 }, (_, index) => ({
      incident: `inc-00000000000000${(16 + index).toString(16)}`,
      digest: digestOf(index),
    }));
    const long = decide(deps, { ...typed, dossiers: many, reason: 'x'.repeat(500) });
    await assert.rejects(long, { code: 'bad-input', message: /more than 6000 characters together: decide on fewer/ });
    const twice = decide(deps, { ...typed, dossiers: [...typed.dossiers, ...typed.dossiers] });
    await assert.rejects(twice, { code: 'bad-input', message: /an incident is given twice/ });
  });

  it('refuses a list whose dossiers demand different sign-ins, before the sign-in', async () => {
    const { deps } = session(undefined, { signIn: async () => assert.fail('asked to sign in') });
    const strict = { ...dossier, incident: 'inc-00000000000000fe', stepUp: { acr: ['gold'] } };
    const document = async (id: string) => (id === strict.incident ? bytesOf(strict) : documentOf(id));
    const mixed = [...refs, { incident: strict.incident, digest: dossierDigest(strict) }];
    const asked = decide({ ...deps, api: { ...deps.api, document } }, { ...typed, dossiers: mixed });
    await assert.rejects(asked, {
      code: 'bad-input',
      message: /inc-00000000000000fe demands another kind of sign-in .*: approve inc-00000000000000fe alone/,
    });
  });

  it('signs in again when the first sign-in was already used', async () => {
    const { deps, err, sent } = session();
    const decideLate = async (id: string, decision: Decision): Promise<DecisionAnswer> => {
      const answer = await deps.api.decide(id, decision);
      if (sent.length === 1) throw new AirlockError({ code: 'sign-in-used', message: 'it was already used' });
      return answer;
    };
    await decide({ ...deps, api: { ...deps.api, decide: decideLate } }, typed);
    const [first, second] = sent.map(({ token }) => unverifiedClaims(token));
    assert.equal(first?.nonce, second?.nonce);
    assert.notEqual(first?.auth_time, second?.auth_time, 'the second sign-in is within the same second');
    assert.ok(err.includes('it was already used'));
  });

  it('with --token-only prints each decision of a list on a line, with a file of its own', async () => {
    const { deps, out, err } = session();
    const incidents = dossiers.map((each) => each.incident);
    const incidentView = async (id: string) => ({ workflow: `wf-${id}` }) as IncidentView;
    const api = { ...deps.api, document: documentOf, incident: incidentView };
    await decide({ ...deps, api }, { ...typed, dossiers: refs, tokenOnly: true });
    const printed = out.map((line) => decisionSchema.parse(JSON.parse(line)));
    assert.deepEqual(
      printed.map((each) => each.dossier),
      refs.map((each) => each.digest),
    );
    assert.equal(new Set(printed.map(({ token }) => token)).size, 1);
    for (const id of incidents) assert.ok(err.some((line) => line.endsWith(`--input-file decision-${id}.json`)));
  });
});
