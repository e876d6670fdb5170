import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Connection, WorkflowClient } from '@temporalio/client';
import { Client } from 'pg';
import { temporalNamespace } from '../../src/domain/names.ts';
import type { BootedStack } from './boot-stack.ts';

/** What was found where it must not be, and how many decision tokens were seen where they may be. */
export interface Leaks {
  found: string[];
  decisionTokens: number;
}

// What a Vault token looks like, and the first two parts of every JWS that holds JSON.
const vaultToken = /hvs\.[A-Za-z0-9_-]{20,}/g;
const jws = /eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g;

/**
 * Reads every byte that a stack wrote (logs, Temporal's database, PostgreSQL's tables and files, configuration, the
 * targets' folders), the environment of its processes and every workflow history, and looks for credentials in it.
 * Left out: what belongs to the targets' owners and to Vault (their own folders hold their own keys).
 */
export async function leaks({ folder, stage }: BootedStack): Promise<Leaks> {
  const result: Leaks = { found: [], decisionTokens: 0 };
  for (const file of await filesBelow(folder)) {
    judge(result, relative(folder, file), await readFile(file, 'latin1'));
  }
  judge(result, 'workflow histories', await histories(stage.stack.temporal));
  judge(result, 'PostgreSQL tables', await tables(folder));
  for (const pid of await pids(folder))
    judge(result, `environment of ${pid}`, await readFile(`/proc/${pid}/environ`, 'latin1'));
  return result;
}

function judge(result: Leaks, where: string, text: string): void {
  for (const token of text.match(vaultToken) ?? []) result.found.push(`${where}: Vault token ${token.slice(0, 8)}...`);
  for (const token of text.match(jws) ?? []) {
    const claims = claimsOf(token);
    if (claims?.['aud'] === 'airlock-decision' && claims['nonce']) result.decisionTokens += 1;
    else result.found.push(`${where}: token with claims ${Object.keys(claims ?? {}).join(',')}`);
  }
}

function claimsOf(token: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>;
  } catch {
    return undefined; // no JSON in it: still not ours to have
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
      const { events = [] } = await client.getHandle(workflowId, runId).fetchHistory();
      // Payloads are bytes: as text they can be searched.
      texts.push(textOf(events));
    }
    return texts.join('\n');
  } finally {
    await connection.close();
  }
}

function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value).map(textOf).join('\n');
}

async function tables(folder: string): Promise<string> {
  const config = JSON.parse(await readFile(join(folder, 'postgres-superuser.json'), 'utf8')) as { password: string };
  const port = JSON.parse(await readFile(join(folder, 'postgres.port.json'), 'utf8')) as number;
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: 'airlock_superuser',
    password: config.password,
    database: 'airlock',
  });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      "select quote_ident(tablename) as name from pg_tables where schemaname = 'public'",
    );
    const texts: string[] = [];
    for (const { name } of rows) {
      const table = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
      texts.push(...table.rows.map(({ row }) => row));
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}

async function pids(folder: string): Promise<string[]> {
  return (await readdir(join(folder, 'processes'))).map((file) => file.replace('.json', ''));
}
