import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signInAtProvider } from '../../../demo/sign-in.ts';
import { signIn } from '../../../src/adapters/oidc/sign-in.ts';
import type { DecideDeps, DecideInput } from '../../../src/cli/approval/decide.ts';
import { renderDossier } from '../../../src/cli/render/dossier.ts';
import type { Decision, DecisionAnswer, ListedDecision } from '../../../src/domain/approval/decision.ts';
import { dossierDigest, type Dossier } from '../../../src/domain/approval/dossier.ts';
import type { Digest } from '../../../src/lib/digest.ts';
import { canonicalJson } from '../../../src/lib/json/json.ts';
import { startOidc } from '../../../stack/servers/oidc.ts';
import { stopAll } from '../../../stack/process/process.ts';
import { openState } from '../../../stack/state/state.ts';
import { parseTestUsers, type TestUser } from '../../../stack/oidc/test-users.ts';
import { deployment, dossierOf, incident, observer, safeReport, scalePlan, signed } from '../fixture.ts';

/** What a call of `decide` needs, and what it printed and sent. */
interface Session {
  deps: DecideDeps;
  out: string[];
  err: string[];
  sent: Decision[];
}

/** The commands approve and deny with the real OIDC provider and an API that admits every decision. */
export interface DecideScene extends AsyncDisposable {
  issuer: string;
  lea: TestUser;
  dossier: Dossier;
  digest: Digest;
  /** A valid input about the dossier, and the decision that it makes. */
  typed: DecideInput;
  content: ListedDecision;
  /** The command. lea signs in as soon as the address is shown. @param answer instead of admitting. */
  session(answer?: DecisionAnswer, change?: Partial<DecideDeps>): Session;
}

/** The bytes of a dossier, as the API sends them. */
export function bytesOf(dossier: Dossier): Uint8Array {
  return new TextEncoder().encode(canonicalJson(dossier));
}

export async function startDecideScene(): Promise<DecideScene> {
  const path = await mkdtemp(join(tmpdir(), 'airlock-decide-'));
  const state = await openState(join(path, 'state'));
  const { issuer, usersFile } = await startOidc(state);
  const users = parseTestUsers(JSON.parse(await readFile(usersFile, 'utf8')));
  const lea = users.find(({ username }) => username === 'lea') ?? assert.fail();
  const plan = scalePlan([deployment('web', 2)], { web: 3 });
  const dossier = dossierOf(plan, await signed(observer().sign, safeReport(plan)), new Date());
  const digest = dossierDigest(dossier);
  const person = { issuer, subject: 'lea', groups: ['lead'], admittedAt: '2026-11-21T12:00:00Z' };
  return {
    issuer,
    lea,
    dossier,
    digest,
    typed: { verb: 'approve', dossiers: [{ incident: incident.id, digest }], reason: 'looks right' },
    content: { dossier: digest, verb: 'approve', reason: 'looks right' },
    session(answer, change = {}) {
      const made: Omit<Session, 'deps'> = { out: [], err: [], sent: [] };
      const deps: DecideDeps = {
        api: {
          document: async () => bytesOf(dossier),
          incident: async () => assert.fail('asked for the incident'),
          async decide(_, decision) {
            made.sent.push(decision);
            const { dossier: decidedOn, verb, reason } = decision;
            return answer ?? { admitted: { dossier: decidedOn, verb, reason, ...person } };
          },
        },
        issuer,
        renderDossier,
        signIn,
        out: (line) => made.out.push(line),
        err(line) {
          made.err.push(line);
          const [, url] = /^Sign in: (.*)$/.exec(line) ?? [];
          if (url) signInAtProvider(url, lea).catch((error: Error) => made.err.push(error.message));
        },
        ...change,
      };
      return { deps, ...made };
    },
    async [Symbol.asyncDispose]() {
      await stopAll(state);
      await rm(path, { recursive: true });
    },
  };
}
