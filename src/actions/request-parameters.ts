import { z } from 'zod';
import type { ActionName } from '../domain/plan/plan.ts';
import { subjectParameters, type GivenParameters } from '../domain/approval/request.ts';
import { kubernetesNameSchema } from '../domain/kubernetes/object.ts';
import { actionOf } from './registry.ts';

/**
 * Returns the schema of the parameters in a request (from a person or a schedule) for a playbook with this action. A
 * request must contain the parameters that name the subject, which is the object that the incident is about. All other
 * parameters are optional. The action's schema checks their values.
 */
export function requestParameters(name: ActionName): z.ZodObject {
  const subjectNames = subjectParameters[actionOf(name).changedKind].map((each) => [each, kubernetesNameSchema]);
  return z.strictObject({ ...schemaOf(name).partial().shape, ...Object.fromEntries(subjectNames) });
}

/**
 * Returns the given parameters that the action has. A request can also contain `namespace`. This parameter only names
 * the subject, and no action has it.
 */
export function actionParameters(name: ActionName, given: GivenParameters): GivenParameters {
  const known = new Set(Object.keys(schemaOf(name).shape));
  return Object.fromEntries(Object.entries(given).filter(([parameter]) => known.has(parameter)));
}

function schemaOf(name: ActionName): z.ZodObject {
  const { parameters } = actionOf(name);
  if (parameters instanceof z.ZodObject) return parameters;
  throw new TypeError(`the schema of the parameters of ${name} must be an object schema`);
}
