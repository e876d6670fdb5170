import { z } from 'zod';
import { badInput, type AirlockError } from '../../lib/error.ts';
import { refusedInput } from '../../lib/refused-input.ts';
import { givenParametersSchema, type GivenParameters } from '../../domain/approval/request.ts';

/** Parameters by name. Each value is the text that a person typed. */
export type TextParameters = Readonly<Record<string, string>>;

/**
 * Splits each value of `--param` (`name=value`) into name and value. Refuses malformed names, duplicate names, and more
 * than 20 parameters. Refuses a value that is empty, is longer than 253 characters, or contains a space or a character
 * outside printable ASCII.
 * @throws AirlockError `bad-input`. The error names `--param`, or `--param <name>` if one parameter is wrong.
 */
export function splitParameters(paramValues: readonly string[]): TextParameters {
  const valuesByName = new Map<string, string>();
  for (const paramValue of paramValues) {
    const [, name, value] = /^([a-z][A-Za-z0-9]{0,39})=(.*)$/s.exec(paramValue) ?? [];
    if (name === undefined || value === undefined)
      throw badInput('--param', 'expected name=value, with a name such as replicas');
    if (valuesByName.has(name)) throw badInput(`--param ${name}`, 'is given twice: give each parameter only once');
    valuesByName.set(name, value);
  }
  const parameters = Object.fromEntries(valuesByName);
  const parsed = givenParametersSchema.safeParse(parameters);
  if (parsed.success) return parameters;
  throw invalidParameter(parsed.error, parameters);
}

/**
 * Converts the values of integer parameters to numbers. The values of all other parameters stay texts.
 * @param mustBeInteger returns true if the parameter with this name must be an integer. Returns false for an unknown
 * name.
 * @throws AirlockError `bad-input`. The error names `--param <name>`.
 */
export function convertIntegers(parameters: TextParameters, mustBeInteger: (name: string) => boolean): GivenParameters {
  const entries = Object.entries(parameters).map(([name, value]) => {
    if (!mustBeInteger(name)) return [name, value];
    if (!/^-?\d{1,15}$/.test(value)) throw badInput(`--param ${name}`, 'expected an integer of at most 15 digits');
    return [name, Number(value)];
  });
  return Object.fromEntries(entries) as GivenParameters;
}

/**
 * Turns the first problem that a schema found in parameters into an error, such as `--param replicas: is missing`.
 * @param parameters the parameters that the schema refused.
 */
export function invalidParameter(error: z.ZodError, parameters: Readonly<Record<string, unknown>>): AirlockError {
  const [issue] = error.issues;
  const name = issue?.path[0];
  if (issue === undefined || typeof name !== 'string') return refusedInput(error, '--param');
  if (!Object.hasOwn(parameters, name)) return badInput(`--param ${name}`, 'is missing');
  return refusedInput(new z.ZodError([{ ...issue, path: [] }]), `--param ${name}`);
}
