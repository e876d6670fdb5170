import { z } from 'zod';
import type { ActionName } from '../domain/plan/plan.ts';
import { subjectParameters, type GivenParameters } from '../domain/approval/request.ts';
import { kubernetesNameSchema } from '../domain/kubernetes/object.ts';
import { actionOf } from './registry.ts';

/**
 * The parameters of a person's request for an action: the names of the subject are mandatory, the action's own parameters are
 * optional. Each is checked as the action itself checks it.
 */
export function requestParameters(name: ActionName): z.ZodObject {
  const { parameters, changes } = actionOf(name);
  if (!(parameters instanceof z.ZodObject)) throw new TypeError(`the parameters of ${name} must be an object schema`);
  const subject = subjectParameters[changes];
  const named = Object.fromEntries(subject.map((word) => [word, kubernetesNameSchema]));
  return z.strictObject({ ...parameters.partial().shape, ...named });
}

/** Those of the parameters that belong to the action; a namespace does not. */
export function ownParameters(name: ActionName, given: GivenParameters): GivenParameters {
  const { parameters } = actionOf(name);
  if (!(parameters instanceof z.ZodObject)) throw new TypeError(`the parameters of ${name} must be an object schema`);
  const known = new Set(Object.keys(parameters.shape));
  return Object.fromEntries(Object.entries(given).filter(([word]) => known.has(word)));
}
