import { z } from 'zod';
import type { ActionName } from '../domain/plan/plan.ts';
import { subjectParameters, type GivenParameters } from '../domain/approval/request.ts';
import { kubernetesNameSchema } from '../domain/kubernetes/object.ts';
import { actionOf } from './registry.ts';

/**
 * Schema of the parameters with which a person requests an action. The parameters that name the subject (the object
 * that the incident is about) are mandatory. The other parameters of the action are optional. The action's schema
 * checks the values.
 */
export function requestParameters(name: ActionName): z.ZodObject {
  const { parameters, targetKind } = actionOf(name);
  if (!(parameters instanceof z.ZodObject)) throw new TypeError(`the parameters of ${name} must be an object schema`);
  const subject = subjectParameters[targetKind];
  const subjectNames = Object.fromEntries(subject.map((parameter) => [parameter, kubernetesNameSchema]));
  return z.strictObject({ ...parameters.partial().shape, ...subjectNames });
}

/**
 * The given parameters that are parameters of the action. Others, such as the namespace, only help to name the subject,
 * and are left out.
 */
export function ownParameters(name: ActionName, given: GivenParameters): GivenParameters {
  const { parameters } = actionOf(name);
  if (!(parameters instanceof z.ZodObject)) throw new TypeError(`the parameters of ${name} must be an object schema`);
  const known = new Set(Object.keys(parameters.shape));
  return Object.fromEntries(Object.entries(given).filter(([parameter]) => known.has(parameter)));
}
