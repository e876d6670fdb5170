import { z } from 'zod';
import type { ActionName } from '../domain/plan/plan.ts';
import { subjectParameters, type GivenParameters } from '../domain/approval/request.ts';
import { kubernetesNameSchema } from '../domain/kubernetes/object.ts';
import { actionOf } from './catalogue.ts';

/**
 * What a person may give who asks for an action: all that name the subject, and as many of the action's own parameters
 * as they like. Each is checked as the action itself checks it.
 */
export function requestParameters(name: ActionName): z.ZodObject {
  const { parameters, changes } = actionOf(name);
  if (!(parameters instanceof z.ZodObject)) throw new TypeError(`the parameters of ${name} are no object`);
  const subject = subjectParameters[changes];
  const named = Object.fromEntries(subject.map((word) => [word, kubernetesNameSchema]));
  return z.strictObject({ ...parameters.partial().shape, ...named });
}

/** The parameters among them that are the action's own: a namespace only says where. */
export function ownParameters(name: ActionName, given: GivenParameters): GivenParameters {
  const { parameters } = actionOf(name);
  if (!(parameters instanceof z.ZodObject)) throw new TypeError(`the parameters of ${name} are no object`);
  const known = new Set(Object.keys(parameters.shape));
  return Object.fromEntries(Object.entries(given).filter(([word]) => known.has(word)));
}
