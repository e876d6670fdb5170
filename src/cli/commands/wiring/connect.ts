import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { readDescription } from '../../../../stack/state/description.ts';
import { defaultStatePath, openState } from '../../../../stack/state/state.ts';
import { badInput } from '../../../lib/error.ts';
import { Secret } from '../../../platform/secret.ts';
import { createApiClient, type ApiClient } from '../../api/api-client.ts';
import { parseInput } from '../../input/parse-input.ts';

const urlSchema = z.url({ protocol: /^https?$/, error: 'expected an http:// or https:// address' });
// A token with other characters would make an invalid header. The HTTP client would quote that header in its error, so
// the token would be printed.
const tokenSchema = z.string().regex(/^[\x21-\x7e]{1,4096}$/, 'expected a file that contains one bearer token');

/** What a command needs to call `airlock serve`. */
export interface Connection {
  api: ApiClient;
  /** The identity provider at which people sign in. */
  issuer: string;
  /** Temporal's address; known only for the embedded stack. */
  temporal?: string;
}

/**
 * Creates a client of the API at AIRLOCK_API, with the token in AIRLOCK_TOKEN_FILE. People sign in at AIRLOCK_ISSUER.
 * If none of these variables is set, the client is for the embedded stack of this machine.
 * @throws AirlockError `bad-input` if one of these variables is missing or malformed, or if the token file cannot be
 * used; `stack-not-running`.
 */
export async function connect(env = process.env): Promise<Connection> {
  const { api, issuer, tokenFile } = variables(env);
  if (isEmbedded(env)) return connectEmbedded();
  if (!api) throw badInput('AIRLOCK_API', 'is not set, but AIRLOCK_ISSUER or AIRLOCK_TOKEN_FILE is');
  if (!issuer) throw badInput('AIRLOCK_ISSUER', 'is not set, but AIRLOCK_API is');
  if (!tokenFile) throw badInput('AIRLOCK_TOKEN_FILE', 'is not set, but AIRLOCK_API is');
  const url = parseInput('AIRLOCK_API', urlSchema, api);
  const provider = parseInput('AIRLOCK_ISSUER', urlSchema, issuer);
  return { api: createApiClient(url, await readToken('AIRLOCK_TOKEN_FILE', tokenFile)), issuer: provider };
}

/**
 * Returns true if none of AIRLOCK_API, AIRLOCK_ISSUER and AIRLOCK_TOKEN_FILE is set. Commands then use the embedded
 * stack of this machine.
 */
export function isEmbedded(env = process.env): boolean {
  return Object.values(variables(env)).every((value) => value === undefined);
}

function variables(env: NodeJS.ProcessEnv) {
  return { api: env['AIRLOCK_API'], issuer: env['AIRLOCK_ISSUER'], tokenFile: env['AIRLOCK_TOKEN_FILE'] };
}

async function connectEmbedded(): Promise<Connection> {
  const { api, issuer, temporal, operatorTokenFile } = await readDescription(await openState(defaultStatePath()));
  return { api: createApiClient(api, await readToken('operatorTokenFile', operatorTokenFile)), issuer, temporal };
}

async function readToken(field: string, file: string): Promise<Secret> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw badInput(field, `cannot be read: ${error.message}`);
  });
  return new Secret(parseInput(field, tokenSchema, text.trim()));
}
