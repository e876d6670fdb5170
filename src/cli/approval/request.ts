import { z } from 'zod';
import { badInput } from '../../lib/error.ts';
import type { PlaybookDoc } from '../../domain/plan/playbook.ts';
import { purposeOfRequest, type GivenParameters, type Request } from '../../domain/approval/request.ts';
import type { ApiClient } from '../api/api-client.ts';
import { obtainToken, type SignInDeps } from './obtain-token.ts';
import { invalidParameter, convertIntegers, type TextParameters } from '../input/parameters.ts';

/** Input of `airlock request`, already checked by the command. */
export interface RequestInput {
  playbook: string;
  cluster: string;
  param: TextParameters;
  reason: string;
}

/** What `airlock request` needs from outside. */
export interface RequestDeps extends SignInDeps {
  api: Pick<ApiClient, 'requestable' | 'request'>;
  out: (line: string) => void;
}

/**
 * `airlock request`: checks playbook, cluster and parameters, asks the person to sign in for this request alone, and
 * sends the request. The API opens an incident for the request.
 * @throws AirlockError `bad-input` (exit code 2) before any sign-in, `request-refused`, and the errors of the sign-in
 * and the API.
 */
export async function request(deps: RequestDeps, input: RequestInput): Promise<void> {
  const { cluster, reason } = input;
  const { clusters, playbooks } = await deps.api.requestable();
  if (!clusters.includes(cluster)) throw badInput('--cluster', `expected one of ${clusters.join(', ')}`);
  const playbook = playbooks.find(({ name }) => name === input.playbook);
  const requestable = playbooks.filter(({ causes }) => causes.includes('person')).map(({ name }) => name);
  if (!playbook || !requestable.includes(playbook.name)) {
    throw badInput(
      'playbook',
      `expected a playbook that people may request: ${requestable.join(', ') || 'there are none'}`,
    );
  }
  const parameters = checked(playbook, input.param);
  await sendRequest(deps, { cluster, reason, requested: { kind: 'playbook', playbook: playbook.name, parameters } });
}

/** Asks the person to sign in for a request, sends the request, and prints the incident's id and the next steps. */
export async function sendRequest(
  deps: Omit<RequestDeps, 'api'> & { api: Pick<ApiClient, 'request'> },
  content: Request,
): Promise<void> {
  const token = await obtainToken(deps, purposeOfRequest(content));
  const { incident } = await deps.api.request({ ...content, token });
  deps.out(incident);
  deps.err(
    `See \`airlock incidents show ${incident}\`. You requested the repair, so another person has to approve it.`,
  );
}

/** Converts the typed parameters, and checks them with the playbook's schema. */
function checked({ parameters: schema }: PlaybookDoc, typed: TextParameters): GivenParameters {
  const properties = z.record(z.string(), z.looseObject({ type: z.string().optional() })).parse(schema['properties']);
  const given = convertIntegers(
    typed,
    (name) => Object.hasOwn(properties, name) && properties[name]?.type === 'integer',
  );
  const parsed = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(given);
  if (parsed.success) return given;
  const known = Object.keys(properties).join(', ');
  if (parsed.error.issues[0]?.code === 'unrecognized_keys') throw badInput('--param', `expected one of ${known}`);
  throw invalidParameter(parsed.error, given);
}
