import type { Dossier } from '../../domain/approval/dossier.ts';
import { purposeOfEdit } from '../../domain/approval/edit.ts';
import { badInput } from '../../lib/error.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { GivenParameters } from '../../domain/approval/request.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import type { ApiClient } from '../api/api-client.ts';
import { obtainToken, type SignInDeps } from './obtain-token.ts';
import { readDossier } from './read-dossier.ts';
import { convertIntegers, type TextParameters } from '../input/parameters.ts';

/** Input of `airlock edit`, already checked by the command. */
export interface EditInput {
  incident: string;
  dossier: string;
  param: TextParameters;
  reason: string;
}

interface EditDeps extends SignInDeps {
  api: Pick<ApiClient, 'document' | 'edit'>;
  renderDossier: (dossier: Dossier) => string;
  /** Returns why the plan does not accept these parameters, or undefined if it accepts them. */
  checkEdit: (plan: Plan, parameters: GivenParameters) => string | undefined;
  out: (line: string) => void;
}

/**
 * `airlock edit`: shows the dossier, asks the person to sign in for this edit alone, and sends the edit. The edit
 * invalidates the dossier. Another person has to approve the new dossier.
 * @throws AirlockError `bad-input` before any sign-in, `dossier-mismatch`, `edit-refused`, and the errors of the
 * sign-in and the API.
 */
export async function edit(deps: EditDeps, input: EditInput): Promise<void> {
  const { api, out, err } = deps;
  const { incident, dossier: digest, reason } = input;
  const dossier = await readDossier(api, { incident, digest });
  const { plan } = dossier;
  const parameters = convertIntegers(input.param, (name) => typeof plan.steps[0]?.parameters[name] === 'number');
  const refusal =
    Object.keys(parameters).length > 0
      ? deps.checkEdit(plan, parameters)
      : 'expected at least one parameter: --param name=value';
  if (refusal) throw badInput('--param', refusal);
  err(deps.renderDossier(dossier));
  const given = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  err(
    `You are about to invalidate dossier ${digest} and to request a new plan with ${given.join(', ')}. Your reason: ${reason}`,
  );
  const edited = { dossier: digest, parameters, reason };
  const token = await obtainToken(deps, purposeOfEdit(edited));
  const { subject, admittedAt } = await api.edit(incident, { ...edited, token });
  out(`edit by ${escapeForTerminal(subject)} admitted at ${admittedAt}; dossier ${digest} is no longer valid`);
  err(`See \`airlock incidents show ${incident}\` for the new dossier. Another person has to approve it.`);
}
