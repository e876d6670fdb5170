import { badInput } from '../domain/error.ts';
import { givenParametersSchema, type GivenParameters } from '../domain/request.ts';
import { refusedInput } from '../domain/refused-input.ts';

/**
 * Parameters that were typed as `name=value`, each once.
 * @param isInteger whether a parameter is a number; what is unknown stays text, for others to refuse.
 * @throws AirlockError `bad-input` naming the parameter.
 */
export function parametersOf(typed: readonly string[], isInteger: (name: string) => boolean): GivenParameters {
  const given = new Map<string, string | number>();
  for (const one of typed) {
    const [, name, value] = /^([a-z][A-Za-z0-9]{0,39})=(.*)$/s.exec(one) ?? [];
    if (name === undefined || value === undefined) throw badInput('--param', 'expected name=value');
    if (given.has(name)) throw badInput(`--param ${name}`, 'is given twice');
    if (isInteger(name) && !/^-?\d{1,15}$/.test(value)) throw badInput(`--param ${name}`, 'expected an integer');
    given.set(name, isInteger(name) ? Number(value) : value);
  }
  const parsed = givenParametersSchema.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  throw refusedInput(parsed.error, '--param', '--param ');
}
