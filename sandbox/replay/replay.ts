import { bind } from '../../src/actions/registry.ts';
import { rulesOf } from '../../src/actions/rbac.ts';
import { defined } from '../../src/lib/defined.ts';
import { AirlockError } from '../../src/lib/error.ts';
import type { Direction } from '../../src/domain/execution/execution.ts';
import { knownResourceMapping } from '../../src/domain/kubernetes/resource-mapping.ts';
import type { KubeObject, ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { stepsOf, type Plan, type Step } from '../../src/domain/plan/plan.ts';
import type { KubernetesApi } from '../../src/steps/kubernetes-api.ts';
import { runStep } from '../../src/steps/run-step.ts';
import { waitUntilAuthorised } from './wait-until-authorised.ts';
import { trackAvailability, type Availability } from './availability.ts';
import type { Behaviours } from '../model/behaviours.ts';
import { listAll } from '../load/load.ts';
import { mint } from './mint.ts';
import { recordedApi, type RbacRequest } from './recorded-api.ts';
import { refusalOf, type Refusal } from './refusal.ts';
import { settle } from './settling.ts';
import type { ApiServer, SandboxTools } from '../tools.ts';
import type { ClusterState } from '../cluster-state.ts';

/** The result of running one direction (do or undo) of the plan in the sandbox. */
export interface Replay {
  /** Present when a step could not be applied. The steps after it did not run. */
  refusal?: Refusal;
  requests: RbacRequest[];
  /** Every object after the workloads have settled. */
  objects: KubeObject[];
  /** Events of the plan's namespace, or of all namespaces if the plan has none. */
  events: KubeObject[];
  /** Changed workloads that had not settled at the horizon. */
  unsettled: ObjectRef[];
  availability: Availability[];
}

/** What a replay needs: the plan, the cluster state and the API server. */
export interface ReplayContext {
  plan: Plan;
  touched: readonly ObjectRef[];
  behaviours: Behaviours;
  horizonSeconds: number;
  clusterState: ClusterState;
  server: Pick<ApiServer, 'url' | 'ca' | 'admin' | 'connectAs'>;
  kubernetes: SandboxTools['kubernetes'];
}

/** Attempts of a step after write conflicts. The Deployment controller may write the status at any moment. */
const maxAttempts = 5;

/** Runs the steps of one direction with the identity that would be minted for them, and waits until the workloads settle. */
export async function replay(context: ReplayContext, direction: Direction): Promise<Replay> {
  const requests: RbacRequest[] = [];
  const stopTracking = trackAvailability(context.clusterState, context.touched);
  const refusal = await runSteps(context, direction, requests);
  const unsettled = await settle(context.clusterState, context.touched, context);
  const availability = stopTracking();
  const [objects, events] = await Promise.all([listAll(context.server.admin), eventsOf(context)]);
  return defined({ refusal, requests, objects, events, unsettled, availability });
}

async function runSteps(
  context: ReplayContext,
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
    const error = await errorOf(step, recorded, plan.namespace);
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

/** Runs a step. @returns the error that stopped it. */
async function errorOf(
  step: Step,
  api: KubernetesApi,
  namespace: string | undefined,
): Promise<AirlockError | undefined> {
  const reference = { execution: 'rehearsal', step: step.id, trace: 'rehearsal' };
  const ignore = async (): Promise<void> => undefined;
  const context = {
    api,
    namespace,
    reference,
    redact: async (objects: KubeObject[]) => objects,
    intended: ignore,
    applied: ignore,
  };
  for (let attempt = 1; ; attempt++) {
    try {
      await runStep(step, { ...context, retry: attempt > 1 });
      return undefined;
    } catch (error) {
      if (!(error instanceof AirlockError)) throw error;
      if (error.next !== 'retry' || attempt === maxAttempts) return error;
    }
  }
}

/** The refusals of the actions' own rules, for these objects. */
export function actionRefusals(plan: Plan, objects: readonly KubeObject[]): string[] {
  return plan.steps.flatMap((step) => {
    const { action, use } = bind(plan.namespace, step);
    return action.refusals(use, objects);
  });
}

async function eventsOf({ server, plan }: ReplayContext): Promise<KubeObject[]> {
  return (await server.admin.list(knownResourceMapping('v1', 'Event'), plan.namespace)).items;
}
