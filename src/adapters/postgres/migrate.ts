import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ClientBase } from 'pg';
import { digestOfBytes } from '../../lib/digest.ts';
import { AirlockError } from '../../lib/error.ts';
import type { Pool } from './pool.ts';

const schemaFolder = fileURLToPath(new URL('schema/', import.meta.url));

const historyTable = `
  CREATE TABLE IF NOT EXISTS schema_files (name text PRIMARY KEY, digest text NOT NULL, applied_at timestamptz NOT NULL);
  REVOKE ALL ON schema_files FROM PUBLIC`;

/**
 * Brings the database to this build's schema: each file of the folder once, in the order of their names, all in one
 * transaction under a lock, so that two set-ups at once are one after the other.
 * @param owner connections of the role that owns the schema; no process of Airlock has it.
 * @returns names of the files that were new.
 * @throws AirlockError `schema-changed` when a file that was applied is not what it was, or is gone.
 */
export async function migrate(owner: Pool, folder = schemaFolder): Promise<string[]> {
  const files = await readFiles(folder);
  const client = await owner.connect();
  try {
    await client.query('BEGIN');
    await client.query("SELECT pg_advisory_xact_lock(hashtext('airlock schema'))");
    const applied = await applyNew(client, files);
    await client.query('COMMIT');
    client.release();
    return applied;
  } catch (error) {
    // The connection goes with the transaction: a rollback that fails could not be told from one that did not.
    client.release(true);
    throw error;
  }
}

interface SchemaFile {
  name: string;
  digest: string;
  sql: string;
}

async function readFiles(folder: string): Promise<SchemaFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const read = async (name: string): Promise<SchemaFile> => {
    const bytes = await readFile(`${folder}/${name}`);
    return { name, digest: digestOfBytes(bytes), sql: bytes.toString('utf8') };
  };
  return Promise.all(names.map(read));
}

async function applyNew(client: ClientBase, files: SchemaFile[]): Promise<string[]> {
  await client.query(historyTable);
  const { rows } = await client.query<{ name: string; digest: string }>('SELECT name, digest FROM schema_files');
  for (const row of rows) {
    if (files.find((file) => file.name === row.name)?.digest !== row.digest) throw changed(row.name);
  }
  const fresh = files.filter((file) => !rows.some((row) => row.name === file.name));
  for (const file of fresh) {
    await client.query(file.sql);
    await client.query('INSERT INTO schema_files VALUES ($1, $2, clock_timestamp())', [file.name, file.digest]);
  }
  return fresh.map((file) => file.name);
}

function changed(name: string): AirlockError {
  return new AirlockError({
    code: 'schema-changed',
    message: `schema file ${name} is not the one this database was set up with: put changes into a new file`,
    next: 'stop',
    details: { file: name },
  });
}
