import { bind } from '../../src/actions/registry.ts';
import { rulesOf } from '../../src/actions/rbac.ts';
import { omitUndefined } from '../../src/lib/omit-undefined.ts';
import { AirlockError } from '../../src/lib/error.ts';
import type { Direction } from '../../src/domain/execution/execution.ts';
import { knownResourceMapping } from '../../src/domain/kubernetes/resource-mapping.ts';
import type { KubeObject, ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { stepsOf, type Plan, type Step } from '../../src/domain/plan/plan.ts';
import { retry } from '../../src/platform/retry.ts';
import type { KubernetesApi } from '../../src/steps/kubernetes-api.ts';
import { runStep } from '../../src/steps/run-step.ts';
import { waitUntilAuthorised } from './wait-until-authorised.ts';
import { countReadyPods, type ReadyPodCounts } from './ready-pods.ts';
import type { Behaviours } from '../model/behaviours.ts';
import { listAll } from '../load/load.ts';
import { mint } from './mint.ts';
import { recordedApi, type RbacRequest } from './recorded-api.ts';
import { refusalOf, type Refusal } from './refusal.ts';
import { settle } from './settling.ts';
import type { ApiServer, SandboxTools } from '../tools.ts';
import type { ClusterState } from '../cluster-state.ts';

/** The result of running one direction of the plan in the sandbox: its steps (do) or its undo. */
export interface SandboxRun {
  /**
   * Present if the run was refused: while the identity was minted, in a step, or while the identity was revoked. After
   * a refusal, no further step runs.
   */
  refusal?: Refusal;
  /** Every request that the steps sent, in order. */
  requests: RbacRequest[];
  /** Every object at the end of the run. */
  objects: KubeObject[];
  /** Events of the plan's namespace, or of all namespaces if the plan has no namespace. */
  events: KubeObject[];
  /** The changed objects that had not settled within `horizonSeconds`. */
  unsettled: ObjectRef[];
  /** The counts of ready pods of each changed Deployment. */
  readyPods: ReadyPodCounts[];
}

/** What a run needs: the plan, the cluster state and the API server. */
export interface RunContext {
  plan: Plan;
  touched: readonly ObjectRef[];
  behaviours: Behaviours;
  /** Longest time to wait until the changed objects settle. */
  horizonSeconds: number;
  clusterState: ClusterState;
  server: Pick<ApiServer, 'url' | 'ca' | 'admin' | 'connectAs'>;
  kubernetes: SandboxTools['kubernetes'];
}

/**
 * A step is tried again after an error with `next: 'retry'`, such as a write conflict: the Deployment controller may
 * write the status between the step's read and the step's write.
 */
const stepRetry = {
  tries: 5,
  pauseMs: (error: unknown) => (error instanceof AirlockError && error.next === 'retry' ? 20 : undefined),
  jitter: 0.5,
};

/**
 * Mints an identity as in production, runs the steps of one direction with this identity, and revokes it. Then waits
 * until the changed objects have settled, at most `horizonSeconds`.
 */
export async function runPlan(context: RunContext, direction: Direction): Promise<SandboxRun> {
  const requests: RbacRequest[] = [];
  const stopCounting = countReadyPods(context.clusterState, context.touched);
  const refusal = await runSteps(context, direction, requests);
  const unsettled = await settle(context.clusterState, context.touched, context);
  const readyPods = stopCounting();
  const [objects, events] = await Promise.all([listAll(context.server.admin), eventsOf(context)]);
  return omitUndefined({ refusal, requests, objects, events, unsettled, readyPods });
}

async function runSteps(
  context: RunContext,
  direction: Direction,
  requests: RbacRequest[],
): Promise<Refusal | undefined> {
  const { plan, server } = context;
  const identity = await mint(server, plan, direction);
  if ('check' in identity) return identity;
  const { username } = identity;
  await waitUntilAuthorised(server.admin, { username, namespace: plan.namespace, rules: rulesOf(plan, direction) });
  using api = context.kubernetes({ url: server.url, ca: server.ca, token: identity.token });
  const recorded = recordedApi(api, requests);
  for (const step of stepsOf(plan, direction)) {
    const error = await tryStep(step, recorded, plan.namespace);
    if (error) return refusalOfStep(step, error, identity.name);
  }
  return identity.revoke();
}

function refusalOfStep(step: Step, error: AirlockError, name: string): Refusal {
  const refusal = refusalOf(`step ${step.id}`, error.message, name);
  return ['precondition-changed', 'object-not-found'].includes(error.code)
    ? { ...refusal, check: 'precondition' }
    : refusal;
}

/** Runs a step. @returns the error that stopped the step, or undefined if the step was applied. */
async function tryStep(
  step: Step,
  api: KubernetesApi,
  namespace: string | undefined,
): Promise<AirlockError | undefined> {
  const reference = { execution: 'rehearsal', step: step.id, trace: 'rehearsal' };
  // In the gateway, these callbacks write the ledger. A rehearsal has no ledger.
  const noLedger = async (): Promise<void> => undefined;
  const context = {
    api,
    namespace,
    reference,
    redact: async (objects: KubeObject[]) => objects,
    onIntended: noLedger,
    onApplied: noLedger,
  };
  try {
    await retry(stepRetry, (attempt) => runStep(step, { ...context, mayBeApplied: attempt > 1 }));
    return undefined;
  } catch (error) {
    if (error instanceof AirlockError) return error;
    throw error;
  }
}

/**
 * Returns the reasons why the rules of the plan's actions refuse the plan for these objects. Empty if the rules allow
 * the plan.
 */
export function actionRefusals(plan: Plan, objects: readonly KubeObject[]): string[] {
  return plan.steps.flatMap((step) => {
    const { action, input } = bind(plan.namespace, step);
    return action.refusals(input, objects);
  });
}

async function eventsOf({ server, plan }: RunContext): Promise<KubeObject[]> {
  return (await server.admin.list(knownResourceMapping('v1', 'Event'), plan.namespace)).items;
}
