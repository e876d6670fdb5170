import type { Dossier } from '../../domain/approval/dossier.ts';
import { detailOfEdit } from '../../domain/approval/authorization-details.ts';
import { purposeOfEdit } from '../../domain/approval/edit.ts';
import type { Digest } from '../../lib/digest.ts';
import { badInput } from '../../lib/error.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { GivenParameters } from '../../domain/approval/request.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import type { ApiClient } from '../api/api-client.ts';
import type { SignInDeps } from './obtain-token.ts';
import { readDossier } from './read-dossier.ts';
import { sendWithToken } from './send-with-token.ts';
import { convertIntegers, type TextParameters } from '../input/parameters.ts';

/** The valid arguments and options of `airlock edit`. */
export interface EditInput {
  incident: string;
  dossier: Digest;
  /** The parameters to change, with their new values. */
  param: TextParameters;
  reason: string;
}

interface EditDeps extends SignInDeps {
  api: Pick<ApiClient, 'document' | 'edit'>;
  renderDossier: (dossier: Dossier) => string;
  /** Returns why this edit of the plan is not allowed; undefined if the edit is allowed. */
  checkEdit: (plan: Plan, parameters: GivenParameters) => string | undefined;
  out: (line: string) => void;
}

/**
 * Runs `airlock edit`. The command shows the dossier, and asks the person to sign in for only this edit. Then the
 * command sends the edit. If the gateway admits the edit, the dossier is no longer valid. Airlock then makes a new
 * dossier, and a person other than the editor has to approve the new dossier.
 * @throws AirlockError `bad-input` (before the sign-in), `dossier-mismatch`, `edit-refused`, the errors of
 * `sendWithToken`, and the errors of the API.
 */
export async function edit(deps: EditDeps, input: EditInput): Promise<void> {
  const { api, out, err } = deps;
  const { incident, dossier: digest, reason } = input;
  const dossier = await readDossier(api, { incident, digest });
  const { plan } = dossier;
  // Only plans of one step can be edited. `checkEdit` refuses all other plans.
  const parameters = convertIntegers(input.param, (name) => typeof plan.steps[0]?.parameters[name] === 'number');
  const problem =
    Object.keys(parameters).length > 0 ? deps.checkEdit(plan, parameters) : 'expected at least once, as name=value';
  if (problem) throw badInput('--param', problem);
  err(deps.renderDossier(dossier));
  const given = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  err(
    `You are about to invalidate dossier ${digest} and to request a new plan with ${given.join(', ')}. ` +
      `Your reason: ${reason}`,
  );
  const edited = { dossier: digest, parameters, reason };
  const purpose = { ...purposeOfEdit(edited), details: [detailOfEdit(edited, dossier)] };
  const send = (token: string) => api.edit(incident, { ...edited, token });
  const { subject, admittedAt } = await sendWithToken(deps, purpose, send);
  const admitted = `the gateway admitted the edit by ${escapeForTerminal(subject)} at ${admittedAt}`;
  out(`${admitted}; dossier ${digest} is no longer valid`);
  err(`Another person has to approve the new dossier. \`airlock incidents show ${incident}\` will show it.`);
}
