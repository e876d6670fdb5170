import { badInput } from '../lib/error.ts';
import { refusedInput } from '../lib/refused-input.ts';
import { givenParametersSchema, type GivenParameters } from '../domain/approval/request.ts';

/** Parameters by name, each value as it was typed. */
export type TypedParameters = Readonly<Record<string, string>>;

/**
 * Takes each `--param name=value` apart: all that can be said of them without knowing what they are for.
 * @throws AirlockError `bad-input` naming the option, or the parameter.
 */
export function typedParameters(typed: readonly string[]): TypedParameters {
  const taken = new Map<string, string>();
  for (const one of typed) {
    const [, name, value] = /^([a-z][A-Za-z0-9]{0,39})=(.*)$/s.exec(one) ?? [];
    if (name === undefined || value === undefined) throw badInput('--param', 'expected name=value');
    if (taken.has(name)) throw badInput(`--param ${name}`, 'is given twice');
    taken.set(name, value);
  }
  const parameters = Object.fromEntries(taken);
  const parsed = givenParametersSchema.safeParse(parameters);
  if (parsed.success) return parameters;
  throw refusedInput(parsed.error, '--param', '--param ');
}

/**
 * The same with their numbers.
 * @param isInteger whether a parameter is a number; what is unknown stays text, for others to refuse.
 * @throws AirlockError `bad-input` naming the parameter.
 */
export function withNumbers(typed: TypedParameters, isInteger: (name: string) => boolean): GivenParameters {
  const entries = Object.entries(typed).map(([name, value]) => {
    if (!isInteger(name)) return [name, value];
    if (!/^-?\d{1,15}$/.test(value)) throw badInput(`--param ${name}`, 'expected an integer');
    return [name, Number(value)];
  });
  return Object.fromEntries(entries) as GivenParameters;
}
