import { incidentIdSchema } from '../../domain/incident/incident.ts';
import { parseInput } from './parse-input.ts';

/**
 * Parses the id of an incident.
 * @param field name of the input in the error: `incident` for the argument `<incident>`, `--incident` for the option.
 * @throws AirlockError `bad-input`.
 */
export function parseIncidentId(text: string, field = 'incident'): string {
  return parseInput(field, incidentIdSchema, text);
}
