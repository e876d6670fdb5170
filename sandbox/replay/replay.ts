import { bind } from '../../src/actions/catalogue.ts';
import { rulesOf } from '../../src/actions/rbac.ts';
import { AirlockError } from '../../src/lib/error.ts';
import type { Direction } from '../../src/domain/execution/execution.ts';
import { kindOf } from '../../src/domain/kubernetes/resource-mapping.ts';
import type { KubeObject, ObjectRef } from '../../src/domain/kubernetes/object.ts';
import { stepsOf, type Plan, type Step } from '../../src/domain/plan/plan.ts';
import type { KubernetesApi } from '../../src/steps/kubernetes-api.ts';
import { runStep } from '../../src/steps/run-step.ts';
import { authorised } from './authorised.ts';
import { trackAvailability, type Availability } from './availability.ts';
import type { Behaviours } from '../model/behaviours.ts';
import { listAll } from '../load/load.ts';
import { mint } from './mint.ts';
import { recordedApi, type RbacRequest } from './recorded-api.ts';
import { refusalOf, type Refusal } from './refusal.ts';
import { settle } from './settling.ts';
import type { ApiServer, SandboxTools } from '../tools.ts';
import type { World } from '../cluster-state.ts';

/** What running one direction of the plan did to the sandbox. */
export interface Replay {
  /** Present when a step could not be applied; the steps after it were not tried. */
  refusal?: Refusal;
  requests: RbacRequest[];
  /** Every object, once settled. */
  objects: KubeObject[];
  /** Events of the plan's namespace; of all where it has none. */
  events: KubeObject[];
  /** Touched workloads that were still at work at the horizon. */
  unsettled: ObjectRef[];
  availability: Availability[];
}

/** What a replay runs in. */
export interface Stage {
  plan: Plan;
  touched: readonly ObjectRef[];
  behaviours: Behaviours;
  horizonSeconds: number;
  world: World;
  server: Pick<ApiServer, 'url' | 'ca' | 'admin' | 'connectAs'>;
  kubernetes: SandboxTools['kubernetes'];
}

/** Tries of a step that another writer was quicker than (the Deployment controller writes status at any moment). */
const mostTries = 5;

/** Runs one direction's steps under the identity that would be minted for them, and waits until all has settled. */
export async function replay(stage: Stage, direction: Direction): Promise<Replay> {
  const requests: RbacRequest[] = [];
  const available = trackAvailability(stage.world, stage.touched);
  const refusal = await runAll(stage, direction, requests);
  const unsettled = await settle(stage.world, stage.touched, stage);
  const availability = available();
  const [objects, events] = await Promise.all([listAll(stage.server.admin), eventsOf(stage)]);
  return { ...(refusal ? { refusal } : {}), requests, objects, events, unsettled, availability };
}

async function runAll(stage: Stage, direction: Direction, requests: RbacRequest[]): Promise<Refusal | undefined> {
  const { plan } = stage;
  const identity = await mint(stage.server, plan, direction);
  if ('check' in identity) return identity;
  const { username } = identity;
  await authorised(stage.server.admin, { username, namespace: plan.namespace, rules: rulesOf(plan, direction) });
  using api = stage.kubernetes({ url: stage.server.url, ca: stage.server.ca, token: identity.token });
  const recorded = recordedApi(api, requests);
  for (const step of stepsOf(plan, direction)) {
    const refused = await tryStep(step, recorded, plan.namespace);
    if (refused) return refusedStep(step, refused, identity.name);
  }
  return identity.revoke();
}

function refusedStep(step: Step, error: AirlockError, name: string): Refusal {
  const refusal = refusalOf(`step ${step.id}`, error.message, name);
  return ['basis-changed', 'object-gone'].includes(error.code) ? { ...refusal, check: 'basis' } : refusal;
}

/** The error that stopped the step, or nothing. */
async function tryStep(
  step: Step,
  api: KubernetesApi,
  namespace: string | undefined,
): Promise<AirlockError | undefined> {
  const stamp = { execution: 'rehearsal', step: step.id, trace: 'rehearsal' };
  const nothing = async (): Promise<void> => undefined;
  const context = {
    api,
    namespace,
    stamp,
    redact: async (objects: KubeObject[]) => objects,
    intended: nothing,
    applied: nothing,
  };
  for (let tries = 1; ; tries++) {
    try {
      await runStep(step, { ...context, retry: tries > 1 });
      return undefined;
    } catch (error) {
      if (!(error instanceof AirlockError)) throw error;
      if (error.next !== 'retry' || tries === mostTries) return error;
    }
  }
}

/** What the action itself says against being used on these objects. */
export function actionRefusals(plan: Plan, objects: readonly KubeObject[]): string[] {
  return plan.steps.flatMap((step) => {
    const { action, use } = bind(plan.namespace, step);
    return action.refusals(use, objects);
  });
}

async function eventsOf({ server, plan }: Stage): Promise<KubeObject[]> {
  const events = kindOf('v1', 'Event');
  if (!events) throw new TypeError('Event is not among the kinds');
  return (await server.admin.list(events, plan.namespace)).items;
}
