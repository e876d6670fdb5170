import type { Dossier } from '../domain/approval/dossier.ts';
import { proofOfEdit } from '../domain/approval/edit.ts';
import { badInput } from '../lib/error.ts';
import type { Plan } from '../domain/plan/plan.ts';
import type { GivenParameters } from '../domain/approval/request.ts';
import { visible } from '../lib/escape-for-terminal.ts';
import type { ApiClient } from './api-client.ts';
import { obtainProof, type SignInDeps } from './obtain-proof.ts';
import { readDossier } from './read-dossier.ts';
import { withNumbers, type TypedParameters } from './typed-parameters.ts';

/** What a person typed, as its schemas took it. */
export interface EditInput {
  incident: string;
  dossier: string;
  param: TypedParameters;
  reason: string;
}

export interface EditDeps extends SignInDeps {
  api: Pick<ApiClient, 'document' | 'edit'>;
  renderDossier: (dossier: Dossier) => string;
  /** Why a plan cannot be given these parameters. */
  editRefusal: (plan: Plan, parameters: GivenParameters) => string | undefined;
  out: (line: string) => void;
}

/**
 * `airlock edit`: shows what is edited, has the person sign in for this edit alone, and sends it. The dossier is void then;
 * another follows, which somebody else has to approve.
 * @throws AirlockError `bad-input` before any sign-in, `dossier-differs`, `edit-refused`, and those of sign-in and API.
 */
export async function edit(deps: EditDeps, input: EditInput): Promise<void> {
  const { api, out, err } = deps;
  const { incident, dossier: digest, reason } = input;
  const dossier = await readDossier(api, { incident, digest });
  const { plan } = dossier;
  const parameters = withNumbers(input.param, (name) => typeof plan.steps[0]?.parameters[name] === 'number');
  const refusal = Object.keys(parameters).length > 0 ? deps.editRefusal(plan, parameters) : 'expected at least one';
  if (refusal) throw badInput('--param', refusal);
  err(deps.renderDossier(dossier));
  const given = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  err(`You are about to make ${digest} void and to have it planned anew with ${given.join(', ')}, because: ${reason}`);
  const asked = { dossier: digest, parameters, reason };
  const proof = await obtainProof(deps, proofOfEdit(asked));
  const { subject, admittedAt } = await api.edit(incident, { ...asked, proof });
  out(`edit by ${visible(subject)} admitted at ${admittedAt}; ${digest} is void`);
  err(`See \`airlock incidents show ${incident}\` for the next dossier. Somebody else has to approve it.`);
}
