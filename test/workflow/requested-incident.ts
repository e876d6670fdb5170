import { createIncidentWorkflows } from '../../src/adapters/temporal/incident-workflows.ts';
import { workflowId } from '../../src/domain/names.ts';
import type { IncidentRequest } from '../../src/domain/approval/request.ts';
import { groupKeyOfRequest, type RequestedChange } from '../../src/domain/approval/request.ts';
import { statusQuery } from '../../workflows/messages.ts';
import type { remediation } from '../../workflows/remediation.ts';
import { claimsOf, decision, signIn, request, type edit } from './people.ts';
import { digests, type Activities } from './script.ts';
import type { TestEnvironment } from './environment.ts';

export const parameters = { namespace: 'shop', deployment: 'web', to: 8 };
export const requested = { kind: 'playbook', playbook: 'add-capacity', parameters } satisfies RequestedChange;

/** Sends a request as `airlock serve` does. The activities of its incident succeed, except for `answers`. */
export async function requestedIncident(
  environment: TestEnvironment,
  answers: Partial<Activities> = {},
  on: IncidentRequest = request('lea', requested),
) {
  const script = environment.script(on.incident.id, answers);
  const workflows = createIncidentWorkflows(environment.client);
  const group = groupKeyOfRequest(claimsOf(on.request.token));
  const send = () => workflows.open({ ...on, group, signIn });
  await send();
  const id = workflowId('east', group);
  const handle = environment.client.workflow.getHandle<typeof remediation>(id);
  return {
    script,
    handle,
    send,
    incident: on.incident,
    input: (name: keyof Activities) => script.calls.filter((call) => call.name === name).map((call) => call.input),
    decide: (who: Parameters<typeof decision>[0], verb?: 'approve' | 'deny', dossier = digests.dossier) =>
      workflows.decide(id, decision(who, verb, { dossier })),
    edit: (sent: ReturnType<typeof edit>) => workflows.edit(id, sent),
    stage: () => handle.query(statusQuery).then((status) => status.stage),
    closed: () => handle.result(),
  };
}
