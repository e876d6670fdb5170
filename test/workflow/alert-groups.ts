import assert from 'node:assert/strict';
import { createBlobs } from '../../src/adapters/postgres/blobs.ts';
import { createInbox } from '../../src/adapters/postgres/routing/inbox.ts';
import { createRoutingStates } from '../../src/adapters/postgres/routing/routing-states.ts';
import { createIncidentSignaler } from '../../src/adapters/temporal/incident-signaler.ts';
import { relay } from '../../src/adapters/temporal/relay.ts';
import type { Alert, Delivery } from '../../src/domain/alert/alert.ts';
import type { Evidence } from '../../src/domain/plan/evidence.ts';
import { incidentOf } from '../../src/domain/incident/incident-of.ts';
import { incidentView } from '../../src/domain/incident/incident-view.ts';
import { workflowId } from '../../src/domain/names.ts';
import { takeOwnership } from '../../src/governance/intake/take-ownership.ts';
import { close } from '../../src/governance/close.ts';
import { forwardLateAlerts } from '../../src/governance/intake/forward-late-alerts.ts';
import { open } from '../../src/governance/open.ts';
import type { Database } from '../execution/database.ts';
import { statusQuery } from '../../workflows/messages.ts';
import { until } from './incident.ts';
import { signIn } from './people.ts';
import type { Activities, Script } from './script.ts';
import type { TestEnvironment } from './environment.ts';
import { journalOf } from '../journal/journal-of.ts';

/** Groups of alerts on the real inbox, routing states, journal and relay. The other planes are scripted. */
export function alertGroups(
  environment: TestEnvironment,
  database: Database,
  refire = { windowSeconds: 1800, flapLimit: 3 },
) {
  const { serve } = database.pools;
  const { client } = environment;
  const routingStates = createRoutingStates(serve, refire);
  const journal = journalOf(serve);
  const blobs = createBlobs(serve);
  const signaler = createIncidentSignaler({ client, signIn });
  const deps = { client, inbox: createInbox(serve), routingStates, signaler, signIn, journal, blobs };
  let traces = 0;
  return {
    deps,
    /** Scripts the incident of a delivery. Governance's activities are the real ones. */
    expect(delivery: Delivery, answers: Partial<Activities>): Script & { id: string } {
      const incident = incidentOf(delivery);
      assert.ok(incident);
      const workflow = workflowId(delivery.cluster, delivery.group);
      const script = environment.script(incident.id, {
        open: (input) => open(deps, { ...input, workflowId: workflow }),
        takeOwnership: (input) => takeOwnership(deps, { ...input, workflowId: workflow }),
        close: (input) => close(deps, { ...input, workflowId: workflow }),
        forwardLateAlerts: (input) =>
          forwardLateAlerts({ routingStates, signaler }, { ...input, workflowId: workflow }),
        ...answers,
      });
      return Object.assign(script, { id: incident.id });
    },
    /** Evidence about a Deployment of that name. */
    async seen(workload: string) {
      const subject = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: workload };
      const evidence: Evidence = { version: 'airlock-evidence/1', cluster: 'east', subject, observations: [] };
      return { evidence: await blobs.put(evidence) };
    },
    /** One webhook call: stores its alerts and relays them to their workflow. */
    async send(group: string, ...alerts: Alert[]): Promise<Delivery> {
      const delivery = { cluster: 'east', group, trace: `${group}-${++traces}`, alerts };
      await deps.inbox.store({ ...delivery, sourceGroupKey: 'key' });
      const waiting = (await deps.inbox.waiting()).filter(({ trace }) => trace === delivery.trace);
      for (const each of waiting) {
        await relay(deps, each);
        await deps.inbox.markRelayed(each);
      }
      return delivery;
    },
    /** Waits until a group's workflow has ended; it has forwarded its late alerts then. */
    ended: (group: string) => client.workflow.getHandle(workflowId('east', group)).result(),
    /** Stage of a group's workflow. Temporal answers a Query only after the workflow has handled all earlier Signals. */
    async stage(group: string): Promise<string> {
      const { stage } = await client.workflow.getHandle(workflowId('east', group)).query(statusQuery);
      return stage;
    },
    view: async (id: string) => incidentView(await journal.read(id)),
    kinds: async (id: string) => (await journal.read(id)).map(({ kind }) => kind),
    /** Waits until the incident has closed so many times. */
    async closed(id: string, times = 1) {
      const closes = async () => (await journal.read(id)).filter(({ kind }) => kind === 'incident.closed');
      await until(async () => (await closes()).length >= times);
      const view = incidentView(await journal.read(id));
      assert.ok(view?.outcome);
      return { ...view.outcome, flaps: view.flaps };
    },
  };
}
