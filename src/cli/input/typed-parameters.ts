import { z } from 'zod';
import { badInput, type AirlockError } from '../../lib/error.ts';
import { refusedInput } from '../../lib/refused-input.ts';
import { givenParametersSchema, type GivenParameters } from '../../domain/approval/request.ts';

/** Parameters by name, each value as typed. */
export type TypedParameters = Readonly<Record<string, string>>;

/**
 * Splits each `--param name=value` and checks what can be checked without knowing the playbook.
 * @throws AirlockError `bad-input` naming `--param` or `--param <name>`.
 */
export function typedParameters(typed: readonly string[]): TypedParameters {
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
  throw refusedParameter(parsed.error, parameters);
}

/**
 * The same with integers as numbers.
 * @param isInteger whether a parameter is an integer. An unknown parameter stays text: the schema refuses it later.
 * @throws AirlockError `bad-input` naming `--param <name>`.
 */
export function withNumbers(typed: TypedParameters, isInteger: (name: string) => boolean): GivenParameters {
  const entries = Object.entries(typed).map(([name, value]) => {
    if (!isInteger(name)) return [name, value];
    if (!/^-?\d{1,15}$/.test(value)) throw badInput(`--param ${name}`, 'expected an integer');
    return [name, Number(value)];
  });
  return Object.fromEntries(entries) as GivenParameters;
}

/** What a schema refused, named as it was typed: `--param replicas`. A parameter that was not typed is missing. */
export function refusedParameter(error: z.ZodError, typed: Readonly<Record<string, unknown>>): AirlockError {
  const [issue] = error.issues;
  const name = issue?.path[0];
  if (issue === undefined || typeof name !== 'string') return refusedInput(error, '--param');
  if (!Object.hasOwn(typed, name)) return badInput(`--param ${name}`, 'is missing');
  return refusedInput(new z.ZodError([{ ...issue, path: [] }]), `--param ${name}`);
}
