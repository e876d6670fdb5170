import { z } from 'zod';
import { requestParameters } from '../../actions/request-parameters.ts';
import { playbookDocSchema, type PlaybookDoc } from '../../domain/plan/playbook.ts';
import type { Playbook } from './compile.ts';

/** Describes a playbook for people who want to request it. The API lists playbooks in this form. */
export function playbookDoc({ name, digest, action, causes }: Playbook): PlaybookDoc {
  const parameters = z.toJSONSchema(requestParameters(action));
  return playbookDocSchema.parse({ name, digest, action, causes, parameters });
}
