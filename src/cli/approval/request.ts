import { z } from 'zod';
import { detailOfRequest } from '../../domain/approval/authorization-details.ts';
import { badInput } from '../../lib/error.ts';
import type { PlaybookDoc } from '../../domain/plan/playbook.ts';
import { purposeOfRequest, type GivenParameters, type Request } from '../../domain/approval/request.ts';
import type { ApiClient } from '../api/api-client.ts';
import type { SignInDeps } from './obtain-token.ts';
import { sendWithToken } from './send-with-token.ts';
import { waitForAdmission } from './wait-for-admission.ts';
import { invalidParameter, convertIntegers, type TextParameters } from '../input/parameters.ts';

/** Arguments and options of `airlock request`. The reason is valid; `request` checks the other values. */
export interface RequestArguments {
  playbook: string;
  cluster: string;
  /** The values of `--param`. */
  param: TextParameters;
  reason: string;
}

/** What `airlock request` needs from outside. */
export interface RequestDeps extends SignInDeps {
  api: Pick<ApiClient, 'requestable' | 'request' | 'journal'>;
  /** Prints a line on standard output. */
  out: (line: string) => void;
}

/**
 * `airlock request`: checks playbook, cluster and parameters against the answer of `GET /v1/playbooks`. Then the person
 * signs in, and the command sends the request. The API opens an incident for the request, and the gateway admits or
 * refuses the request.
 * @throws AirlockError `bad-input` before the sign-in, `request-refused`, the errors of `sendWithToken`, and the errors
 * of the API.
 */
export async function request(deps: RequestDeps, input: RequestArguments): Promise<void> {
  const { cluster, reason } = input;
  const { clusters, playbooks } = await deps.api.requestable();
  if (!clusters.includes(cluster)) throw badInput('--cluster', `expected one of ${clusters.join(', ')}`);
  const requestable = playbooks.filter(({ causes }) => causes.includes('person'));
  const playbook = requestable.find(({ name }) => name === input.playbook);
  if (!playbook) {
    const names = requestable.map(({ name }) => name).join(', ') || 'this server has no such playbook';
    throw badInput('playbook', `expected a playbook that people may request: ${names}`);
  }
  const parameters = checkedParameters(playbook, input.param);
  await sendRequest(deps, { cluster, reason, requested: { kind: 'playbook', playbook: playbook.name, parameters } });
}

/**
 * Asks the person to sign in, sends the request, waits for the gateway's answer, and prints the id of the new incident.
 * If the sign-in was already used, the person signs in again, and the second request opens an incident of its own.
 */
export async function sendRequest(
  deps: Omit<RequestDeps, 'api'> & { api: Pick<ApiClient, 'request' | 'journal'> },
  content: Request,
): Promise<void> {
  const { api } = deps;
  const purpose = { ...purposeOfRequest(content), details: [detailOfRequest(content)] };
  const { incident, isAdmitted } = await sendWithToken(deps, purpose, async (token) => {
    const opened = await api.request({ ...content, token });
    return { ...opened, isAdmitted: await waitForAdmission(api, opened.incident) };
  });
  deps.out(incident);
  if (!isAdmitted) deps.err('The gateway has not admitted the request yet: check that `airlock gateway` runs.');
  deps.err(
    `To see the incident: \`airlock incidents show ${incident}\`. You requested this change, so you cannot approve it.`,
  );
}

/** Converts the texts of integer parameters to numbers. Then checks all parameters with the playbook's JSON Schema. */
function checkedParameters({ parameters: schema }: PlaybookDoc, texts: TextParameters): GivenParameters {
  const properties = z.record(z.string(), z.looseObject({ type: z.string().optional() })).parse(schema['properties']);
  const given = convertIntegers(
    texts,
    (name) => Object.hasOwn(properties, name) && properties[name]?.type === 'integer',
  );
  const parsed = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(given);
  if (parsed.success) return given;
  if (parsed.error.issues[0]?.code === 'unrecognized_keys') {
    const names = Object.keys(properties).join(', ');
    throw badInput('--param', `unknown parameter, expected one of: ${names}`);
  }
  throw invalidParameter(parsed.error, given);
}
