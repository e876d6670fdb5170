import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { propose, type StepDraft } from '../../src/actions/propose.ts';
import { isClusterScoped, actionOf } from '../../src/actions/registry.ts';
import { actionNameSchema, type ActionName, type Plan } from '../../src/domain/plan/plan.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { Grants } from '../../src/execution/ports.ts';
import { startEnvironment } from '../guardrails/environment.ts';
import { startDatabase } from '../execution/database.ts';
import { oneLead, scalePlan } from '../execution/fixture.ts';
import { createTestGateway, type Gateway } from '../execution/gateway.ts';
import { startIssuer } from '../execution/admission/issuer.ts';
import { vaultGrants, vaultReportKey } from '../execution/real-target.ts';
import { incidentWithPlan, type PlannedIncident } from './incident-with-plan.ts';

// A gateway is paused between its last check and its write to a real API server. Meanwhile its lock expires, and another
// gateway executes another incident's plan for the same object.

const now = (): Date => new Date();
const [bed, database, issuer] = await Promise.all([startEnvironment(), startDatabase(), startIssuer(now)]);
const reportKey = vaultReportKey(bed);
/** A paused gateway does not renew its locks. */
const leaseTimes = { seconds: 30, renewEveryMs: 3_600_000 };
const common = { database, vault: bed.vault.gateway, issuer, reportKey, now, verdict: () => oneLead };
let incidents = 0;
after(async () => {
  await issuer[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

/** What happens around the writes of one gateway. `accepted`: writes that the API server accepted. */
interface Writes {
  accepted: number;
  before: () => Promise<void>;
}

function gatewayWith(writes: Writes, pool = database.pools.gateway): Gateway {
  const grants = vaultGrants(bed);
  const watched: Grants = {
    ...grants,
    async mint(request) {
      const grant = await grants.mint(request);
      return {
        leaseId: grant.leaseId,
        serviceAccount: grant.serviceAccount,
        api: {
          get: (ref) => grant.api.get(ref),
          async patch(change, options) {
            if (!options.dryRun) await writes.before();
            const patched = await grant.api.patch(change, options);
            if (!options.dryRun) writes.accepted += 1;
            return patched;
          },
        },
        [Symbol.dispose]: () => grant[Symbol.dispose](),
      };
    },
  };
  return createTestGateway({ ...common, grants: watched, leaseTimes }, pool);
}

const none = async (): Promise<void> => undefined;
const [pausedWrites, otherWrites]: [Writes, Writes] = [
  { accepted: 0, before: none },
  { accepted: 0, before: none },
];
const paused = gatewayWith(pausedWrites);
const other = gatewayWith(otherWrites, database.another());

async function objects(): Promise<KubeObject[]> {
  const apps = '/apis/apps/v1/namespaces/shop';
  const kinds = [
    ['apps/v1', 'Deployment', `${apps}/deployments`],
    ['apps/v1', 'ReplicaSet', `${apps}/replicasets`],
    ['v1', 'Node', '/api/v1/nodes'],
  ] as const;
  const lists = await Promise.all(
    kinds.map(async ([apiVersion, kind, path]) => {
      const { body } = await bed.admin({ method: 'GET', path });
      return body.items.map((item: object) => ({ ...item, apiVersion, kind }));
    }),
  );
  return lists.flat();
}

async function planOf(draft: StepDraft): Promise<Plan> {
  const { namespace, ...plan } = scalePlan(await objects(), {});
  const scope = isClusterScoped(actionOf(draft.action)) ? {} : { namespace: namespace ?? '' };
  return { ...plan, ...scope, action: draft.action, ...propose(scope.namespace, [draft], await objects()) };
}

async function incidentWith(draft: StepDraft, gateway: Gateway): Promise<PlannedIncident> {
  const id = `inc-paused-${String((incidents += 1))}`;
  return incidentWithPlan({ gateway, issuer, reportKey, now }, id, await planOf(draft));
}

/** For each action: a step, and another step for the same object that another incident executes meanwhile. */
async function stepsFor(action: ActionName): Promise<[StepDraft, StepDraft]> {
  const web = (await objects()).find(({ metadata }) => metadata.name === 'web');
  const from: number = web?.['spec'].replicas;
  const scale: StepDraft = { action: 'scale-workload', parameters: { deployment: 'web', from, to: from + 1 } };
  const restart: StepDraft = { action: 'restart-workload', parameters: { deployment: 'web', at: 1_800_000_000 } };
  if (action === 'scale-workload') return [scale, restart];
  if (action === 'restart-workload')
    return [{ ...restart, parameters: { deployment: 'web', at: 1_900_000_000 } }, scale];
  if (action !== 'undo-rollout')
    return [
      { action, parameters: { node: 'node-1' } },
      { action, parameters: { node: 'node-1' } },
    ];
  const parameters = { deployment: 'web', fromReplicaSet: await replicaSet('a'), toReplicaSet: await replicaSet('b') };
  return [{ action, parameters }, scale];
}

/** Creates a ReplicaSet with the template of web. No controller runs here. */
async function replicaSet(tag: string): Promise<string> {
  const web = structuredClone((await objects()).find(({ metadata }) => metadata.name === 'web')) as any;
  const name = `web-${tag}`;
  web.spec.template.metadata.labels['pod-template-hash'] = tag;
  const { name: owner, uid } = web.metadata;
  const { labels } = web.spec.template.metadata;
  const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'Deployment', name: owner, uid, controller: true }];
  const spec = { replicas: 0, selector: { matchLabels: labels }, template: web.spec.template };
  const path = '/apis/apps/v1/namespaces/shop/replicasets';
  const { status } = await bed.admin({
    method: 'POST',
    path,
    body: { metadata: { name, labels, ownerReferences }, spec },
  });
  assert.equal(status, 201);
  return name;
}

describe('a gateway that is paused at its write, until another execution has changed the object', () => {
  for (const action of actionNameSchema.options) {
    it(`writes nothing: ${action}`, async () => {
      const [step, otherStep] = await stepsFor(action);
      const first = await incidentWith(step, paused);
      const report = await first.rehearse();
      const before = [pausedWrites.accepted, otherWrites.accepted];
      pausedWrites.before = async () => {
        pausedWrites.before = none;
        await database.pools.superuser.query('UPDATE object_leases SET expires_at = clock_timestamp()');
        const meanwhile = await incidentWith(otherStep, other);
        assert.equal((await meanwhile.execute('do', await meanwhile.rehearse())).outcome, 'executed');
      };
      const ended = await first.execute('do', report).catch((error: { code: string }) => error.code);
      const result = ended === 'object-busy' ? await first.execute('do', report) : ended;
      assert.ok(typeof result === 'object' && result.outcome === 'failed', JSON.stringify(result));
      assert.deepEqual(
        result.receipts.map(({ step: id, state }) => [id, state]),
        [['do-1', 'intended']],
      );
      assert.match(result.reason, /another execution has locked|is not in the state that the step expects/);
      assert.deepEqual([pausedWrites.accepted, otherWrites.accepted], [before[0], (before[1] ?? 0) + 1]);
      assert.deepEqual(await first.execute('do', report), result);
    });
  }
});
