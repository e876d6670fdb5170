import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Connection, WorkflowClient } from '@temporalio/client';
import { Client } from 'pg';
import { temporalNamespace } from '../../src/domain/names.ts';
import type { BootedStack } from './boot-stack.ts';
import { superuserOf } from './superuser.ts';

/** What was found where it must not be, and how many decision tokens were seen where they may be. */
export interface Leaks {
  found: string[];
  decisionTokens: number;
}

/** What a Vault token looks like. */
export const vaultToken = /hvs\.[A-Za-z0-9_-]{20,}/g;
/** Every JWS whose header and payload are JSON: grants are of that form. */
export const jws = /eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g;

/**
 * Reads every byte that a stack wrote (logs, Temporal's database, PostgreSQL's tables and files, configuration, the
 * targets' folders), the environment of its processes and every workflow history, and looks for credentials in it.
 * Left out: what belongs to the targets' owners and to Vault (their own folders hold their own keys).
 * @param secrets texts that must not be found anywhere, such as opaque access tokens that were issued meanwhile.
 */
export async function leaks({ folder, stage }: BootedStack, secrets: readonly string[]): Promise<Leaks> {
  const result: Leaks = { found: [], decisionTokens: 0 };
  const judge = (where: string, text: string): void => judgeText(result, { where, text, secrets });
  for (const file of await filesBelow(folder)) judge(relative(folder, file), await readFile(file, 'latin1'));
  judge('workflow histories', await histories(stage.stack.temporal));
  judge('PostgreSQL tables', await tables(folder));
  for (const pid of await pids(folder)) judge(`environment of ${pid}`, await environmentOf(pid));
  return result;
}

interface Judged {
  where: string;
  text: string;
  secrets: readonly string[];
}

function judgeText(result: Leaks, { where, text, secrets }: Judged): void {
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
    return {}; // no JSON in it: still not ours to have
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

/** Payloads of events are bytes: as text they can be searched. */
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

/** Nothing where the process has ended. */
function environmentOf(pid: string): Promise<string> {
  return readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
}

async function pids(folder: string): Promise<string[]> {
  return (await readdir(join(folder, 'processes'))).map((file) => file.replace('.json', ''));
}
