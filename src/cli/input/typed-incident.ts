import { incidentIdSchema } from '../../domain/incident/incident.ts';
import { checkInput } from './check-input.ts';

/** The argument `<incident>`, or the option `--incident`. @throws AirlockError `bad-input`. */
export function typedIncident(typed: string, field = 'incident'): string {
  return checkInput(field, incidentIdSchema, typed);
}
