import { z } from 'zod';
import { badInput, type AirlockError } from '../../lib/error.ts';
import { refusedInput } from '../../lib/refused-input.ts';
import { givenParametersSchema, type GivenParameters } from '../../domain/approval/request.ts';

/** Parameters by name. Each value is the text that a person typed. */
export type TextParameters = Readonly<Record<string, string>>;

/**
 * Splits each `--param name=value`. Checks names, lengths and characters. The values are checked later, by the schema
 * of the playbook or the action.
 * @throws AirlockError `bad-input` naming `--param` or `--param <name>`.
 */
export function splitParameters(typed: readonly string[]): TextParameters {
  const values = new Map<string, string>();
  for (const one of typed) {
    const [, name, value] = /^([a-z][A-Za-z0-9]{0,39})=(.*)$/s.exec(one) ?? [];
    if (name === undefined || value === undefined) throw badInput('--param', 'expected name=value');
    if (values.has(name)) throw badInput(`--param ${name}`, 'is given twice: name each parameter once');
    values.set(name, value);
  }
  const parameters = Object.fromEntries(values);
  const parsed = givenParametersSchema.safeParse(parameters);
  if (parsed.success) return parameters;
  throw invalidParameter(parsed.error, parameters);
}

/**
 * Converts the texts of integer parameters to numbers.
 * @param isInteger returns true if the parameter with this name must be an integer. All other parameters stay text. A
 * parameter that does not exist is refused later.
 * @throws AirlockError `bad-input` naming `--param <name>`.
 */
export function convertIntegers(typed: TextParameters, isInteger: (name: string) => boolean): GivenParameters {
  const entries = Object.entries(typed).map(([name, value]) => {
    if (!isInteger(name)) return [name, value];
    if (!/^-?\d{1,15}$/.test(value)) throw badInput(`--param ${name}`, 'expected an integer of at most 15 digits');
    return [name, Number(value)];
  });
  return Object.fromEntries(entries) as GivenParameters;
}

/** Makes the error for parameters that a schema refused, such as `--param replicas: is missing`. */
export function invalidParameter(error: z.ZodError, typed: Readonly<Record<string, unknown>>): AirlockError {
  const [issue] = error.issues;
  const name = issue?.path[0];
  if (issue === undefined || typeof name !== 'string') return refusedInput(error, '--param');
  if (!Object.hasOwn(typed, name)) return badInput(`--param ${name}`, 'is missing');
  return refusedInput(new z.ZodError([{ ...issue, path: [] }]), `--param ${name}`);
}
