import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ClientBase } from 'pg';
import { digestOfBytes } from '../../lib/digest.ts';
import { AirlockError } from '../../lib/error.ts';
import type { Pool } from './pool.ts';

const schemaFolder = fileURLToPath(new URL('schema/', import.meta.url));

/** The first schema file. Every database that this build has set up lists this file in `schema_files`. */
const baseline = '0001-baseline.sql';

const historyTable = `
  CREATE TABLE IF NOT EXISTS schema_files (name text PRIMARY KEY, digest text NOT NULL, applied_at timestamptz NOT NULL);
  REVOKE ALL ON schema_files FROM PUBLIC`;

/**
 * Migrates the database to this build's schema: applies each schema file that was not applied before, in the order of
 * the file names. All of this is one transaction. An advisory lock makes a concurrent migration wait.
 * @param owner connections of the role that owns the schema. No process of Airlock logs in as that role.
 * @returns names of the files that this call applied.
 * @throws AirlockError `schema-outdated` if the database was not set up from this build's baseline; `schema-changed` if
 * a file that was applied before has other contents now, or is missing.
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
    // Closing the connection ends the transaction even if a ROLLBACK would fail.
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
  await refuseOlderBuild(client);
  const { rows } = await client.query<{ name: string; digest: string }>('SELECT name, digest FROM schema_files');
  for (const row of rows) {
    if (files.find((file) => file.name === row.name)?.digest !== row.digest) throw changed(row.name);
  }
  const newFiles = files.filter((file) => !rows.some((row) => row.name === file.name));
  for (const file of newFiles) {
    await client.query(file.sql);
    await client.query('INSERT INTO schema_files VALUES ($1, $2, clock_timestamp())', [file.name, file.digest]);
  }
  return newFiles.map((file) => file.name);
}

/**
 * Refuses a database that has tables or recorded schema files, but not this build's baseline. An older build has set up
 * such a database.
 */
async function refuseOlderBuild(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ found: string }>(olderContents, [baseline]);
  const [first] = rows;
  if (first) throw outdated(first.found);
}

const olderContents = `
  SELECT found FROM (
    SELECT 1 AS nth, 'schema file ' || name AS found FROM schema_files
    UNION ALL
    SELECT 2, 'table ' || relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> 'schema_files'
  ) AS existing
  WHERE NOT EXISTS (SELECT FROM schema_files WHERE name = $1)
  ORDER BY nth, found LIMIT 1`;

function outdated(found: string): AirlockError {
  const message =
    `the database was not set up by this build (it has ${found}): delete the embedded stack's data with ` +
    '`airlock down --purge`, or configure an empty database';
  return new AirlockError({ code: 'schema-outdated', message, details: { found } });
}

function changed(name: string): AirlockError {
  return new AirlockError({
    code: 'schema-changed',
    message:
      `schema file ${name} is not the file that this database was set up with: ` +
      'restore the file, and put changes into a new file',
    details: { file: name },
  });
}
