import { incidentIdSchema } from '../../domain/incident/incident.ts';
import { parseInput } from './parse-input.ts';

/**
 * Parses the id of an incident: the argument `<incident>`, or an option.
 * @param field name of the input in the error: `--incident` if the id was typed as this option.
 * @throws AirlockError `bad-input`.
 */
export function parseIncidentId(typed: string, field = 'incident'): string {
  return parseInput(field, incidentIdSchema, typed);
}
