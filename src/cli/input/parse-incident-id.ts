import { incidentIdSchema } from '../../domain/incident/incident.ts';
import { parseInput } from './parse-input.ts';

/**
 * Parses the argument `<incident>`.
 * @param field for the error: `--incident` for the option of that name.
 * @throws AirlockError `bad-input`.
 */
export function parseIncidentId(typed: string, field = 'incident'): string {
  return parseInput(field, incidentIdSchema, typed);
}
