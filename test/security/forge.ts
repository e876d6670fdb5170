import type { Pool } from '../../src/adapters/postgres/pool.ts';

/**
 * Changes to the ledger by a database superuser, who ignores every grant and every foreign key. `where` is a condition
 * in SQL.
 */
export interface Forger {
  /** Sets columns of the rows that match. @returns the number of changed rows. */
  change(table: string, where: string, columns: object): Promise<number>;
  /** Deletes the rows that match. @returns the number of deleted rows. */
  remove(table: string, where: string): Promise<number>;
  /** Inserts copies of the rows that match, with other values in some columns. @returns the number of new rows. */
  copy(table: string, where: string, columns: object): Promise<number>;
}

export function forger(superuser: Pool): Forger {
  const run = async (sql: string, values: unknown[] = []): Promise<number> => {
    const client = await superuser.connect();
    try {
      await client.query('SET session_replication_role = replica'); // switches foreign keys off
      return (await client.query(sql, values)).rowCount ?? 0;
    } finally {
      client.release(true);
    }
  };
  return {
    change(table, where, columns) {
      const names = Object.keys(columns);
      const set = names.map((name, index) => `${name} = $${String(index + 1)}`).join(', ');
      return run(`UPDATE ${table} SET ${set} WHERE ${where}`, Object.values(columns));
    },
    remove: (table, where) => run(`DELETE FROM ${table} WHERE ${where}`),
    copy: (table, where, columns) =>
      run(
        `INSERT INTO ${table} OVERRIDING SYSTEM VALUE
         SELECT (jsonb_populate_record(original, $1)).* FROM ${table} AS original WHERE ${where}`,
        [JSON.stringify(columns)],
      ),
  };
}
