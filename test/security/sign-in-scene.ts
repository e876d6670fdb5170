import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { createJournalReader } from '../../src/adapters/postgres/journal/journal.ts';
import type { Pool } from '../../src/adapters/postgres/pool.ts';
import { createIncidentWorkflows } from '../../src/adapters/temporal/incident-workflows.ts';
import type { Delivery } from '../../src/domain/alert/alert.ts';
import { decisionsOn, type RecordedDecision } from '../../src/domain/approval/admission.ts';
import type { Decision, DecisionAnswer } from '../../src/domain/approval/decision.ts';
import { incidentOfRequest, type RequestAnswer } from '../../src/domain/approval/request.ts';
import { unverifiedClaims } from '../../src/domain/approval/token-claims.ts';
import type { PrepareAnswer } from '../../src/domain/execution/execution.ts';
import type { Incident } from '../../src/domain/incident/incident.ts';
import { incidentOf } from '../../src/domain/incident/incident-of.ts';
import { taskQueue, workflowId } from '../../src/domain/names.ts';
import type { Tier, Verdict } from '../../src/domain/policy/verdict.ts';
import { createActivities, type GatewayDeps } from '../../src/execution/activities.ts';
import { admitDecision } from '../../src/execution/admission/admit-decision.ts';
import { admitRequest } from '../../src/execution/admission/admit-request.ts';
import { prepare } from '../../src/execution/prepare.ts';
import type { Digest } from '../../src/lib/digest.ts';
import { stopAll } from '../../stack/process/process.ts';
import { startOidc } from '../../stack/servers/oidc.ts';
import { openState } from '../../stack/state/state.ts';
import { parseTestUsers, type TestUser } from '../../stack/oidc/test-users.ts';
import { alertsSignal, remediationWorkflow } from '../../workflows/messages.ts';
import type { remediation } from '../../workflows/remediation.ts';
import { admissionDeps } from '../execution/admissions.ts';
import { startEnvironment as startGateways, reportKey } from '../execution/environment.ts';
import { dossierOf, incident, oneLead, safeReport, scalePlan, signed } from '../execution/fixture.ts';
import { sampleRequest } from '../execution/admission/people.ts';
import { startEnvironment as startTemporal } from '../workflow/environment.ts';
import { firing, until } from '../workflow/incident.ts';
import { verdict } from '../workflow/script.ts';

/** The gateway with a real database, Vault and OIDC provider, and real workflows. People sign in at the provider. */
export interface SignInScene extends AsyncDisposable {
  issuer: string;
  lea: TestUser;
  olga: TestUser;
  sam: TestUser;
  gateway(): GatewayDeps;
  /** A second gateway process on the same database. */
  anotherGateway(): GatewayDeps;
  superuser: Pool;
  gatewayPool: Pool;
  /** Stores a dossier of the fixture's incident. */
  offer(tier?: Tier): Promise<Digest>;
  /** Stores a dossier whose plan has one step, so that it can be edited. */
  offerOneStep(): Promise<Digest>;
  /** From now on policy answers this. The next `offer` ends it. */
  setVerdict(given: Verdict): void;
  prepare(dossier: Digest): Promise<PrepareAnswer>;
  /** The admitted decisions on a dossier. */
  decisionsOn(incident: string, dossier: Digest): Promise<RecordedDecision[]>;
  /** Calls the activity `admitDecision`, as a client of Temporal can. */
  callActivity(decision: Decision): Promise<DecisionAnswer>;
  /** Sends the sample request with a token, for the incident that this token opens. */
  request(token: string): Promise<RequestAnswer>;
  recordsOf(incident: string): Promise<{ kind: string; body: Record<string, unknown> }[]>;
  /** A workflow that waits for decisions on its dossier. Its gateway is this scene's. */
  openWorkflow(): Promise<OpenWorkflow>;
}

interface OpenWorkflow {
  handle: WorkflowHandle;
  incident: string;
  dossier: Digest;
  decide(decision: Decision): Promise<DecisionAnswer>;
}

/** The incident that the sample request with this token opens. */
export function openedBy(token: string): Incident {
  const own = incidentOfRequest('east', unverifiedClaims(token) ?? assert.fail());
  return { ...own, cluster: 'east', trace: 't' };
}

export async function startScene(): Promise<SignInScene> {
  await using stack = new AsyncDisposableStack();
  const path = await mkdtemp(join(tmpdir(), 'airlock-one-sign-in-'));
  const state = await openState(join(path, 'state'));
  stack.defer(async () => {
    await stopAll(state);
    await rm(path, { recursive: true });
  });
  const env = stack.use(await startGateways());
  const temporal = stack.use(await startTemporal());
  const { issuer, usersFile } = await startOidc(state);
  const users = parseTestUsers(JSON.parse(await readFile(usersFile, 'utf8')));
  const user = (name: string) => users.find(({ username }) => username === name) ?? assert.fail();
  const real = (deps: GatewayDeps, pool: Pool): GatewayDeps => ({
    ...deps,
    ...admissionDeps({ vault: env.vault.sessions.gateway, issuer: { issuer } }, pool),
    clock: () => new Date(),
  });
  const gateway = () => real(env.gateway.deps, env.database.pools.gateway);
  const store = async (id: string, steps: Record<string, number>, tier: Tier): Promise<Digest> => {
    const plan = scalePlan([...env.target.objects.values()], steps);
    const rehearsal = await signed(reportKey.sign, safeReport(plan), { incident: id });
    const dossier = dossierOf(plan, rehearsal, new Date(), { ...oneLead, tier });
    return gateway().blobs.put({ ...dossier, incident: id });
  };
  const offer = async (tier: Tier = 'medium'): Promise<Digest> => {
    await env.reset();
    return store(incident.id, { web: env.before + 2, db: env.before + 2 }, tier);
  };
  const moved = stack.move();
  return {
    issuer,
    lea: user('lea'),
    olga: user('olga'),
    sam: user('sam'),
    gateway,
    anotherGateway: () => real(env.anotherGateway().deps, env.database.another()),
    superuser: env.database.pools.superuser,
    gatewayPool: env.database.pools.gateway,
    offer,
    offerOneStep: () => store(incident.id, { web: env.before + 2 }, 'medium'),
    setVerdict(given) {
      env.verdict = given;
    },
    prepare: (dossier) => prepare(gateway(), { incident, dossier }),
    async decisionsOn(id, dossier) {
      return decisionsOn(await gateway().admissions.of({ incident: id, trace: 't' }), dossier);
    },
    callActivity: (decision) =>
      createActivities({ ...gateway(), onExecuteEnded: () => undefined }).admitDecision({
        incident: incident.id,
        trace: 't',
        decision,
      }),
    request(token) {
      return admitRequest(gateway(), { incident: openedBy(token), request: { ...sampleRequest, token } });
    },
    async recordsOf(id) {
      const records = await createJournalReader(env.database.pools.serve).read(id);
      return records.map(({ kind, body }) => ({ kind, body: body as Record<string, unknown> }));
    },
    async openWorkflow() {
      const delivery: Delivery = { cluster: 'east', group: 'one-sign-in', trace: 'trace-1', alerts: [firing] };
      const opened = incidentOf({ ...delivery, alerts: [firing] }) ?? assert.fail();
      const dossier = await store(opened.id, { web: env.before + 2 }, 'medium');
      const times = { createdAt: new Date().toISOString(), expiresAt: new Date(Date.now() + 60_000).toISOString() };
      temporal.script(opened.id, {
        // Two approvals are needed, so the dossier stays open after the first one.
        judge: async () => ({ verdict: verdict(2), dossier: { digest: dossier, ...times } }),
        admitDecision: (input) => admitDecision(gateway(), input),
      });
      const handle = await temporal.client.workflow.signalWithStart<typeof remediation, [Delivery]>(
        remediationWorkflow,
        {
          workflowId: workflowId('east', delivery.group),
          taskQueue: taskQueue('governance'),
          args: [{ incident: opened, signIn: { issuer, maxSignInAge: 300 } }],
          signal: alertsSignal,
          signalArgs: [delivery],
        },
      );
      await until(async () => ((await handle.query('status')) as { stage: string }).stage === 'decide');
      const { decide } = createIncidentWorkflows(temporal.client);
      return { handle, incident: opened.id, dossier, decide: (decision) => decide(handle.workflowId, decision) };
    },
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
}
