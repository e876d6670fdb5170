import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ClientBase } from 'pg';
import { digestOfBytes } from '../../lib/digest.ts';
import { AirlockError } from '../../lib/error.ts';
import type { Pool } from './pool.ts';

const schemaFolder = fileURLToPath(new URL('schema/', import.meta.url));

/** Name of the first schema file. The table `schema_files` lists this name if this build set up the database. */
const baseline = '0001-baseline.sql';

/** SQLSTATE of a duplicate key. `CREATE TABLE` fails with it if another call creates the table at the same moment. */
const uniqueViolation = '23505';

const createSchemaFiles = `
  CREATE TABLE IF NOT EXISTS schema_files (name text PRIMARY KEY, digest text NOT NULL, applied_at timestamptz NOT NULL)`;

/**
 * Applies each schema file that was not yet applied to the database, in the order of the file names. If one file fails,
 * nothing is changed: all files are applied in one transaction. A lock on the table `schema_files` makes a concurrent
 * call wait.
 * @param owner connections of the role that owns the schema. None of Airlock's four processes logs in as this role.
 * @returns the names of the files that this call applied.
 * @throws AirlockError `schema-outdated` if another build or other software set up the database; `schema-changed` if a
 * file that was applied earlier is missing or has changed. Errors of PostgreSQL are thrown unchanged.
 */
export async function migrate(owner: Pool, folder = schemaFolder): Promise<string[]> {
  const files = await readFiles(folder);
  // If two calls create the table `schema_files` at the same moment, PostgreSQL refuses one of them: the new table is a
  // duplicate key in its catalogue. The refused call tries once more and then finds the table.
  return migrateOnce(owner, files).catch((error: Error & { code?: string }) => {
    if (error.code !== uniqueViolation) throw error;
    return migrateOnce(owner, files);
  });
}

async function migrateOnce(owner: Pool, files: SchemaFile[]): Promise<string[]> {
  const client = await owner.connect();
  try {
    await client.query('BEGIN');
    await client.query(createSchemaFiles);
    // Only the owner has rights on this table. So no process of Airlock can take a lock on the table and block an
    // upgrade. An advisory lock would not do, because every role can take every advisory lock.
    await client.query('LOCK TABLE schema_files IN ACCESS EXCLUSIVE MODE');
    await client.query('REVOKE ALL ON schema_files FROM PUBLIC');
    const applied = await applyNew(client, files);
    await client.query('COMMIT');
    client.release();
    return applied;
  } catch (error) {
    // Closes the connection. This ends the transaction, so no ROLLBACK is needed.
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
  await refuseUnknownContents(client);
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
 * Throws `schema-outdated` for a database that has contents, but not this build's baseline. Contents are tables, or
 * names in `schema_files`. Another build, or other software, set up such a database.
 */
async function refuseUnknownContents(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ found: string }>(unknownContents, [baseline]);
  const [first] = rows;
  if (first) throw outdated(first.found);
}

const unknownContents = `
  SELECT found FROM (
    SELECT 1 AS sort_order, 'schema file ' || name AS found FROM schema_files
    UNION ALL
    SELECT 2, 'table ' || relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> 'schema_files'
  ) AS existing
  WHERE NOT EXISTS (SELECT FROM schema_files WHERE name = $1)
  ORDER BY sort_order, found LIMIT 1`;

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
      `schema file ${name} is missing in this build, or differs from the file that was applied to the database. If ` +
      'another build set up the database, use that build, or an empty database (embedded stack: `airlock down --purge`, ' +
      'then `airlock up`). If somebody changed the file, restore the file',
    details: { file: name },
  });
}
