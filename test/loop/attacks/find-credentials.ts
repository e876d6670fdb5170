import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Connection, WorkflowClient } from '@temporalio/client';
import { Client } from 'pg';
import { temporalNamespace } from '../../../src/domain/names.ts';
import type { BootedStack } from '../boot-stack.ts';
import { superuserOf } from './superuser.ts';

/** Credentials found where they must not be, and the number of decision tokens, which histories may hold. */
export interface CredentialSearch {
  found: string[];
  decisionTokens: number;
}

/** Matches Vault service tokens. */
export const vaultToken = /hvs\.[A-Za-z0-9_-]{20,}/g;
/** Matches every JWS whose header and payload are JSON, which is the form of a grant's token. */
export const jws = /eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g;

/**
 * Searches for credentials in every byte that a stack wrote (logs, Temporal's database, PostgreSQL's tables and files,
 * configuration, the targets' folders), in the environment of its processes and in every workflow history. It leaves out
 * the data of Vault and of the targets' etcd, which hold their own keys.
 * @param secrets More texts that must not be found, such as opaque access tokens.
 */
export async function findCredentials(
  { folder, client }: BootedStack,
  secrets: readonly string[],
): Promise<CredentialSearch> {
  const result: CredentialSearch = { found: [], decisionTokens: 0 };
  const search = (where: string, text: string): void => searchText(result, { where, text, secrets });
  for (const file of await filesBelow(folder)) search(relative(folder, file), await readIfExists(file));
  search('workflow histories', await histories(client.stack.temporal));
  search('PostgreSQL tables', await tables(folder));
  for (const pid of await pids(folder)) search(`environment of ${pid}`, await environmentOf(pid));
  return result;
}

/** Reads a file. SQLite, which Temporal uses, deletes its journal after each transaction, so a listed file may be gone. */
async function readIfExists(file: string): Promise<string> {
  return readFile(file, 'latin1').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return '';
  });
}

interface SearchedText {
  where: string;
  text: string;
  secrets: readonly string[];
}

function searchText(result: CredentialSearch, { where, text, secrets }: SearchedText): void {
  const inVault = text.match(vaultToken) ?? [];
  const issued = secrets.filter((secret) => text.includes(secret));
  const tokens = (text.match(jws) ?? []).map(claimsOf);
  const decisions = tokens.filter((claims) => claims['aud'] === 'airlock-decision' && claims['nonce']);
  const others = tokens.filter((claims) => !decisions.includes(claims));
  result.decisionTokens += decisions.length;
  result.found.push(
    ...inVault.map((token) => `${where}: Vault token ${token.slice(0, 8)}...`),
    ...issued.map(() => `${where}: an issued access token`),
    ...others.map((claims) => `${where}: token with claims ${Object.keys(claims).join(',')}`),
  );
}

function claimsOf(token: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>;
  } catch {
    return {}; // not JSON, but still a token that must not be here
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/\/(target-[^/]+\/etcd|programs|postgres\/native|vault\/data)\//.test(file));
}

async function histories(address: string): Promise<string> {
  const connection = await Connection.connect({ address });
  try {
    const client = new WorkflowClient({ connection, namespace: temporalNamespace });
    const texts: string[] = [];
    for await (const { workflowId, runId } of client.list()) {
      texts.push(textOf((await client.getHandle(workflowId, runId).fetchHistory()).events));
    }
    return texts.join('\n');
  } finally {
    await connection.close();
  }
}

/** The text of an event, including its payloads, which are bytes. */
function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value).map(textOf).join('\n');
}

const columns = `
  select quote_ident(table_name) as "table",
    string_agg(case data_type when 'bytea' then format('encode(%I, ''escape'')', column_name)
                              else format('%I::text', column_name) end, ', ') as cells
  from information_schema.columns where table_schema = 'public' group by table_name`;

async function tables(folder: string): Promise<string> {
  const client = new Client(await superuserOf(folder));
  await client.connect();
  try {
    const { rows } = await client.query<{ table: string; cells: string }>(columns);
    const texts: string[] = [];
    for (const { table, cells } of rows) {
      const found = await client.query<{ row: string }>(`select concat_ws(' ', ${cells}) as row from ${table}`);
      texts.push(...found.rows.map(({ row }) => row));
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}

/** Empty if the process has ended. */
function environmentOf(pid: string): Promise<string> {
  return readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
}

async function pids(folder: string): Promise<string[]> {
  return (await readdir(join(folder, 'processes'))).map((file) => file.replace('.json', ''));
}
