import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, it } from 'node:test';
import { signInAtProvider } from '../../demo/sign-in.ts';
import { signIn } from '../../src/adapters/oidc/sign-in.ts';
import {
  detailOfDecision,
  detailOfEdit,
  detailOfRequest,
  type AuthorizationDetail,
} from '../../src/domain/approval/authorization-details.ts';
import { purposeOfDecision, type Verb } from '../../src/domain/approval/decision.ts';
import type { TokenPurpose } from '../../src/domain/approval/decision-token.ts';
import type { Digest } from '../../src/lib/digest.ts';
import { purposeOfEdit } from '../../src/domain/approval/edit.ts';
import { purposeOfRequest } from '../../src/domain/approval/request.ts';
import { admitDecision } from '../../src/execution/admission/admit-decision.ts';
import { admitEdit } from '../../src/execution/admission/admit-edit.ts';
import { parseTestUsers, stepUpAcr } from '../../stack/oidc/test-users.ts';
import { stopAll } from '../../stack/process/process.ts';
import { startOidc } from '../../stack/servers/oidc.ts';
import { openState } from '../../stack/state/state.ts';
import { decideAlone } from '../decide-alone.ts';
import { admissionDeps } from '../execution/admissions.ts';
import { peopleOf, sampleRequest } from '../execution/admission/people.ts';
import { startEnvironment, type Offered } from '../execution/environment.ts';
import { incident } from '../execution/fixture.ts';

const path = await mkdtemp(join(tmpdir(), 'airlock-shown-details-'));
const state = await openState(join(path, 'state'));
const { issuer, usersFile } = await startOidc(state);
const users = parseTestUsers(JSON.parse(await readFile(usersFile, 'utf8')));
const env = await startEnvironment();
const people = peopleOf(env);
const reason = 'looks right';
const ofIncident = { incident: incident.id, trace: incident.trace };

after(async () => {
  await env[Symbol.asyncDispose]();
  await stopAll(state);
  await rm(path, { recursive: true });
});

function refusalIn(answer: { admitted: unknown } | { refused: string }): string {
  return 'refused' in answer ? answer.refused : 'admitted';
}

describe('what the provider showed at the sign-in', () => {
  beforeEach(async () => {
    await env.reset();
    Object.assign(env.gateway.deps, {
      ...admissionDeps({ vault: env.vault.sessions.gateway, issuer: { issuer } }, env.database.pools.gateway),
      authorizationDetails: 'required',
      clock: () => new Date(),
    });
  });

  interface Link {
    details: AuthorizationDetail[];
    acrValues?: string[];
    /** Changes the address before the person opens it, as a crafted link does. */
    craft?: (url: URL) => void;
  }

  /** lea signs in at the real provider. */
  async function tokenFor({ clientId, nonce }: TokenPurpose, { details, acrValues, craft }: Link): Promise<string> {
    const user = users.find(({ username }) => username === 'lea') ?? assert.fail();
    const signedIn: Promise<void>[] = [];
    const show = (address: string): void => {
      const url = new URL(address);
      craft?.(url);
      signedIn.push(signInAtProvider(url.href, user));
    };
    const token = await signIn({ issuer, clientId, nonce, details, acrValues, show, deadlineMs: 20_000 });
    await Promise.all(signedIn);
    return token.reveal();
  }

  async function signInAndDecide(
    { digest: dossier }: Offered,
    link: Link,
    verb: Verb = 'approve',
    others: Digest[] = [],
  ) {
    const decision = decideAlone({ dossier, verb, reason });
    decision.list.push(...others.map((other) => ({ dossier: other, verb, reason })));
    const token = await tokenFor(purposeOfDecision(decision), link);
    return admitDecision(env.gateway.deps, { ...ofIncident, decision: { ...decision, token } });
  }

  function detailOf({ digest, dossier }: Offered, verb: Verb = 'approve'): AuthorizationDetail {
    return detailOfDecision({ dossier: digest, verb }, dossier);
  }

  it('admits a decision of which the provider showed cluster, plan, verb and digest', async () => {
    const offered = await env.offered();
    const details = [detailOf(offered)];
    assert.equal(refusalIn(await signInAndDecide(offered, { details })), 'admitted');
  });

  it('admits a decision of a list that the provider showed', async () => {
    const offered = await env.offered();
    const other = `sha256:${'7'.repeat(64)}`;
    const details = [detailOfDecision({ dossier: other, verb: 'approve' }, offered.dossier), detailOf(offered)];
    assert.equal(refusalIn(await signInAndDecide(offered, { details }, 'approve', [other])), 'admitted');
  });

  it('refuses a crafted link whose page showed another decision than the one that the token is for', async () => {
    const offered = await env.offered();
    const own = detailOf(offered);
    const lies: object[] = [
      { ...own, summary: 'Scale web from 2 to 3' },
      { ...own, cluster: 'test' },
      { ...own, verb: 'deny' },
      { ...own, dossier: `sha256:${'7'.repeat(64)}` },
    ];
    for (const lie of lies) {
      const craft = (url: URL): void => url.searchParams.set('authorization_details', JSON.stringify([lie]));
      const answer = await signInAndDecide(offered, { details: [own], craft });
      assert.match(refusalIn(answer), /the identity provider showed something else/);
    }
    const records = await env.gateway.journal();
    const journalled = records.filter(
      ({ kind, message }) => kind === 'decision.refused' && message.includes(offered.digest),
    );
    assert.equal(journalled.length, lies.length);
    env.gateway.deps.authorizationDetails = 'optional';
    const craft = (url: URL): void => url.searchParams.set('authorization_details', JSON.stringify([lies[0]]));
    assert.match(refusalIn(await signInAndDecide(offered, { details: [own], craft })), /showed something else/);
  });

  it('refuses a crafted link whose page showed nothing, for approvals and denials', async () => {
    const offered = await env.offered();
    const craft = (url: URL): void => url.searchParams.delete('authorization_details');
    for (const verb of ['approve', 'deny'] as const) {
      const answer = await signInAndDecide(offered, { details: [detailOf(offered, verb)], craft }, verb);
      assert.match(refusalIn(answer), /does not say what the identity provider showed/);
    }
    env.gateway.deps.authorizationDetails = 'optional';
    assert.equal(refusalIn(await signInAndDecide(offered, { details: [detailOf(offered)], craft })), 'admitted');
  });

  it('refuses requests and edits of which the provider showed something else or nothing', async () => {
    // The author of an edit is a requester of the incident, and could not approve in the other tests.
    const edited = { ...incident, id: 'inc-fedcba9876543210' };
    const offered = await people.offer(edited, 4);
    const edit = { dossier: offered.digest, parameters: { to: env.before + 1 }, reason };
    const plan = { cluster: 'east', summary: 'scale' } as Parameters<typeof detailOfEdit>[1]['plan'];
    const editDetail = detailOfEdit(edit, { plan });
    const requestDetail = detailOfRequest(sampleRequest);
    for (const [details, why] of [
      [[], /does not say what/],
      [[requestDetail], /showed something else/],
      [[editDetail, requestDetail], /showed something else/],
      [[editDetail], /^admitted$/],
    ] as [AuthorizationDetail[], RegExp][]) {
      const token = await tokenFor(purposeOfEdit(edit), { details });
      assert.match(
        refusalIn(await admitEdit(env.gateway.deps, { ...ofIncident, incident: edited.id, edit: { ...edit, token } })),
        why,
      );
    }
    for (const [details, why] of [
      [[], /does not say what/],
      [[editDetail], /showed something else/],
      [[requestDetail], /^admitted$/],
    ] as [AuthorizationDetail[], RegExp][]) {
      const token = await tokenFor(purposeOfRequest(sampleRequest), { details });
      assert.match(refusalIn(await people.submit(people.requestWith(token))), why);
    }
  });

  it('gives the step-up that the command asks for, which the gateway demands', async () => {
    env.gateway.deps.stepUp = { low: {}, medium: { acr: [stepUpAcr], amr: ['otp'] }, high: {} };
    const offered = await env.offered();
    const details = [detailOf(offered)];
    assert.match(refusalIn(await signInAndDecide(offered, { details })), /the sign-in has acr none/);
    const dropped = { details, acrValues: [stepUpAcr], craft: (url: URL) => url.searchParams.delete('acr_values') };
    assert.match(refusalIn(await signInAndDecide(offered, dropped)), /the sign-in has acr none/);
    assert.equal(refusalIn(await signInAndDecide(offered, { details, acrValues: [stepUpAcr] })), 'admitted');
  });
});
