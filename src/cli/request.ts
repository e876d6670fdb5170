import { z } from 'zod';
import { badInput } from '../lib/error.ts';
import type { PlaybookDoc } from '../domain/plan/playbook.ts';
import { refusedInput } from '../lib/refused-input.ts';
import { proofOfRequest, type GivenParameters, type Request } from '../domain/approval/request.ts';
import type { ApiClient } from './api-client.ts';
import { obtainProof, type SignInDeps } from './obtain-proof.ts';
import { withNumbers, type TypedParameters } from './typed-parameters.ts';

/** What a person typed, as its schemas took it. */
export interface RequestInput {
  playbook: string;
  cluster: string;
  param: TypedParameters;
  reason: string;
}

export interface RequestDeps extends SignInDeps {
  api: Pick<ApiClient, 'askable' | 'request'>;
  out: (line: string) => void;
}

/**
 * `airlock request`: checks what can be known, has the person sign in for this request alone, and opens its incident.
 * @throws AirlockError `bad-input` (exit code 2) before any sign-in, `request-refused`, and those of sign-in and API.
 */
export async function request(deps: RequestDeps, input: RequestInput): Promise<void> {
  const { cluster, reason } = input;
  const { clusters, playbooks } = await deps.api.askable();
  if (!clusters.includes(cluster)) throw badInput('--cluster', `expected one of ${clusters.join(', ')}`);
  const playbook = playbooks.find(({ name }) => name === input.playbook);
  const askable = playbooks.filter(({ causes }) => causes.includes('person')).map(({ name }) => name);
  if (!playbook || !askable.includes(playbook.name)) {
    throw badInput('playbook', `expected one that can be asked for: ${askable.join(', ') || 'there is none'}`);
  }
  const parameters = checked(playbook, input.param);
  await send(deps, { cluster, reason, wanted: { kind: 'playbook', playbook: playbook.name, parameters } });
}

/** Signs in for a request, sends it, and says what comes next. */
export async function send(
  deps: Omit<RequestDeps, 'api'> & { api: Pick<ApiClient, 'request'> },
  asked: Request,
): Promise<void> {
  const proof = await obtainProof(deps, proofOfRequest(asked));
  const { incident } = await deps.api.request({ ...asked, proof });
  deps.out(incident);
  deps.err(`See \`airlock incidents show ${incident}\`. You asked for it, so somebody else has to approve it.`);
}

function checked({ parameters: schema }: PlaybookDoc, typed: TypedParameters): GivenParameters {
  const properties = z.record(z.string(), z.looseObject({ type: z.string().optional() })).parse(schema['properties']);
  const given = withNumbers(typed, (name) => Object.hasOwn(properties, name) && properties[name]?.type === 'integer');
  const parsed = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(given);
  if (parsed.success) return given;
  const known = Object.keys(properties).join(', ');
  if (parsed.error.issues[0]?.code === 'unrecognized_keys') throw badInput('--param', `expected some of ${known}`);
  throw refusedInput(parsed.error, '--param', '--param');
}
