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
import { waitUntilSettled } from './settling.ts';
import type { ApiServer, SandboxTools } from '../tools.ts';
import type { ClusterState } from '../cluster-state.ts';

/** The result of one run in the sandbox. A run executes either the steps of a plan or its undo steps. */
export interface SandboxRun {
  /** Absent if the identity was minted, every step succeeded, and the identity was revoked. */
  refusal?: Refusal;
  /** Every request that the steps sent to the API server. */
  requests: RbacRequest[];
  /** Every object at the end of the run. */
  objects: KubeObject[];
  /** Kubernetes Events of the plan's namespace. If the plan has no namespace: of all namespaces. */
  events: KubeObject[];
  /** The changed objects that had not settled within `horizonSeconds`. */
  unsettled: ObjectRef[];
  /** For each changed Deployment, the numbers of ready pods. */
  readyPods: ReadyPodCounts[];
}

/** What `runPlan` needs. */
export interface RunContext {
  plan: Plan;
  /** The objects that the steps and the undo steps change. */
  touched: readonly ObjectRef[];
  behaviours: Behaviours;
  /** The longest time to wait, after the steps, until the changed objects settle. */
  horizonSeconds: number;
  clusterState: ClusterState;
  server: Pick<ApiServer, 'url' | 'ca' | 'admin' | 'connectAs'>;
  createKubernetesApi: SandboxTools['createKubernetesApi'];
}

/**
 * A step is tried again after an error with `next: 'retry'`, such as a conflict (409). A conflict occurs if the
 * Deployment controller writes the status between the step's read and the step's write.
 */
const stepRetry = {
  tries: 5,
  pauseMs: (error: unknown) => (error instanceof AirlockError && error.next === 'retry' ? 20 : undefined),
  jitter: 0.5,
};

/**
 * Mints an identity, runs the steps of one direction with this identity, and revokes the identity. If one of these
 * parts is refused, the remaining parts are left out. Then, with or without a refusal, waits at most `horizonSeconds`
 * until the changed objects have settled.
 */
export async function runPlan(context: RunContext, direction: Direction): Promise<SandboxRun> {
  const requests: RbacRequest[] = [];
  const stopCounting = countReadyPods(context.clusterState, context.touched);
  const refusal = await runSteps(context, direction, requests);
  const unsettled = await waitUntilSettled(context.clusterState, context.touched, context);
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
  const minted = await mint(server, plan, direction);
  if ('check' in minted) return minted;
  const { name, username, token } = minted;
  await waitUntilAuthorised(server.admin, { username, namespace: plan.namespace, rules: rulesOf(plan, direction) });
  using api = context.createKubernetesApi({ url: server.url, ca: server.ca, token });
  const recorded = recordedApi(api, requests);
  for (const step of stepsOf(plan, direction)) {
    const error = await tryStep(step, recorded, plan.namespace);
    if (error) return refusalOfStep(step, error, name);
  }
  return minted.revoke();
}

function refusalOfStep(step: Step, error: AirlockError, mintedName: string): Refusal {
  const refusal = refusalOf(`step ${step.id}`, error.message, mintedName);
  return ['precondition-changed', 'object-not-found'].includes(error.code)
    ? { ...refusal, check: 'precondition' }
    : refusal;
}

/** Runs one step. @returns the error that stopped the step; undefined if the step succeeded. */
async function tryStep(
  step: Step,
  api: KubernetesApi,
  namespace: string | undefined,
): Promise<AirlockError | undefined> {
  const reference = { execution: 'rehearsal', step: step.id, trace: 'rehearsal' };
  // In `onIntended` and `onApplied`, the gateway writes its ledger. A rehearsal has no ledger.
  const noLedger = async (): Promise<void> => undefined;
  const context = {
    api,
    namespace,
    reference,
    // The sandbox contains only redacted objects.
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

/** Returns the reasons why the plan's actions must not be used in this state of the objects. Empty if none. */
export function actionRefusals(plan: Plan, objects: readonly KubeObject[]): string[] {
  return plan.steps.flatMap((step) => {
    const { action, input } = bind(plan.namespace, step);
    return action.refusals(input, objects);
  });
}

async function eventsOf({ server, plan }: RunContext): Promise<KubeObject[]> {
  return (await server.admin.list(knownResourceMapping('v1', 'Event'), plan.namespace)).items;
}
