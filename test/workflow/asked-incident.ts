import { createIncidentWorkflows } from '../../src/adapters/temporal/incident-workflows.ts';
import { workflowId } from '../../src/domain/names.ts';
import type { RequestOn } from '../../src/domain/ports.ts';
import { groupOfRequest, type Wanted } from '../../src/domain/approval/request.ts';
import { statusQuery } from '../../workflows/messages.ts';
import type { remediation } from '../../workflows/remediation.ts';
import { decision, proofs, request, type edit } from './people.ts';
import { digests, type Activities } from './script.ts';
import type { World } from './environment.ts';

export const parameters = { namespace: 'shop', deployment: 'web', to: 8 };
export const wanted = { kind: 'playbook', playbook: 'add-capacity', parameters } satisfies Wanted;

/** Sends a request as serve does; its incident's activities go well but for `answers`. */
export async function askedIncident(
  world: World,
  answers: Partial<Activities> = {},
  on: RequestOn = request('lea', wanted),
) {
  const script = world.script(on.incident.id, answers);
  const workflows = createIncidentWorkflows(world.client);
  const send = () => workflows.open({ ...on, group: groupOfRequest(on.request), proofs });
  await send();
  const id = workflowId('east', groupOfRequest(on.request));
  const handle = world.client.workflow.getHandle<typeof remediation>(id);
  return {
    ...{ script, handle, send, incident: on.incident },
    input: (name: keyof Activities) => script.calls.filter((call) => call.name === name).map((call) => call.input),
    decide: (who: Parameters<typeof decision>[0], verb?: 'approve' | 'deny', dossier = digests.dossier) =>
      workflows.decide(id, decision(who, verb, { dossier })),
    edit: (sent: ReturnType<typeof edit>) => workflows.edit(id, sent),
    stage: () => handle.query(statusQuery).then((status) => status.stage),
    closed: () => handle.result(),
  };
}
