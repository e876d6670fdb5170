import { incidentIdSchema } from '../../domain/incident/incident.ts';
import { parseInput } from './parse-input.ts';

/**
 * Parses the argument `<incident>`.
 * @param field the name of the input in the error: `--incident` if it was typed as that option.
 * @throws AirlockError `bad-input`.
 */
export function parseIncidentId(typed: string, field = 'incident'): string {
  return parseInput(field, incidentIdSchema, typed);
}
