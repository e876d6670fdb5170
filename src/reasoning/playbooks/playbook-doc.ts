import { z } from 'zod';
import { requestParameters } from '../../actions/request-parameters.ts';
import { playbookDocSchema, type PlaybookDoc } from '../../domain/plan/playbook.ts';
import type { Playbook } from './compile.ts';

/** Returns a playbook's entry in the answer of `GET /v1/playbooks`. */
export function playbookDoc({ name, digest, action, causes }: Playbook): PlaybookDoc {
  const parameters = z.toJSONSchema(requestParameters(action));
  return playbookDocSchema.parse({ name, digest, action, causes, parameters });
}
