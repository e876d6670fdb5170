import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { readDescription } from '../../../../stack/state/description.ts';
import { defaultStatePath, openState } from '../../../../stack/state/state.ts';
import { badInput } from '../../../lib/error.ts';
import { isProtected } from '../../../platform/http/is-protected.ts';
import { Secret } from '../../../platform/secret.ts';
import { createApiClient, type ApiClient } from '../../api/api-client.ts';
import { parseInput } from '../../input/parse-input.ts';

const urlSchema = z.url({ protocol: /^https?$/, error: 'expected an http:// or https:// address' });
const tokenSchema = z.string().regex(/^[\x21-\x7e]{1,4096}$/, 'expected a file that contains one bearer token');

const missingVariable =
  'is missing or empty: set all of AIRLOCK_API, AIRLOCK_ISSUER and AIRLOCK_TOKEN_FILE, or none of them';

/** What a command needs to call `airlock serve`, and to ask a person to sign in. */
export interface Connection {
  api: ApiClient;
  /** URL of the identity provider at which people sign in. */
  issuer: string;
  /** True if `issuer` may use http, even outside this machine. */
  insecure: boolean;
  /** `host:port` of Temporal. Present only for the embedded stack. */
  temporal?: string;
}

/**
 * Creates a client of the API. AIRLOCK_API is the URL of the API. AIRLOCK_TOKEN_FILE is the file that contains the
 * bearer token. AIRLOCK_ISSUER is the URL of the identity provider. If none of these variables is set, the client is
 * for the embedded stack of this machine. AIRLOCK_API and AIRLOCK_ISSUER must use https, or http with a loopback
 * address (127.0.0.0/8 or ::1). With AIRLOCK_INSECURE=true, both may use http with any host.
 * @throws AirlockError `bad-input` if only some of these variables are set, if a URL is malformed or not allowed, or if
 * the token file is not usable. `stack-not-running` or `state-corrupt` if the description of the embedded stack cannot
 * be read.
 */
export async function connect(env = process.env): Promise<Connection> {
  const { api, issuer, tokenFile } = connectionVariables(env);
  if (usesEmbeddedStack(env)) return connectEmbedded();
  if (!api) throw badInput('AIRLOCK_API', missingVariable);
  if (!issuer) throw badInput('AIRLOCK_ISSUER', missingVariable);
  if (!tokenFile) throw badInput('AIRLOCK_TOKEN_FILE', missingVariable);
  const insecure = env['AIRLOCK_INSECURE'] === 'true';
  const apiUrl = readUrl('AIRLOCK_API', api, insecure);
  const issuerUrl = readUrl('AIRLOCK_ISSUER', issuer, insecure);
  const token = await readToken('AIRLOCK_TOKEN_FILE', tokenFile);
  return { api: createApiClient(apiUrl, token), issuer: issuerUrl, insecure };
}

/**
 * Returns true if none of AIRLOCK_API, AIRLOCK_ISSUER and AIRLOCK_TOKEN_FILE is set. Commands then use the embedded
 * stack of this machine.
 */
export function usesEmbeddedStack(env = process.env): boolean {
  return Object.values(connectionVariables(env)).every((value) => value === undefined);
}

function connectionVariables(env: NodeJS.ProcessEnv) {
  return { api: env['AIRLOCK_API'], issuer: env['AIRLOCK_ISSUER'], tokenFile: env['AIRLOCK_TOKEN_FILE'] };
}

async function connectEmbedded(): Promise<Connection> {
  const { api, issuer, temporal, operatorTokenFile } = await readDescription(await openState(defaultStatePath()));
  const token = await readToken('operatorTokenFile', operatorTokenFile);
  return { api: createApiClient(api, token), issuer, insecure: false, temporal };
}

function readUrl(variable: string, value: string, insecure: boolean): string {
  const url = parseInput(variable, urlSchema, value);
  if (insecure || isProtected(new URL(url))) return url;
  throw badInput(
    variable,
    `${new URL(url).origin} is plain http, so others on the network can read the token: use https, or set AIRLOCK_INSECURE=true`,
  );
}

async function readToken(field: string, file: string): Promise<Secret> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw badInput(field, `cannot be read: ${error.message}`);
  });
  return new Secret(parseInput(field, tokenSchema, text.trim()));
}
