import { canonicalJson } from '../../../lib/json/json.ts';
import { refused, type AirlockError } from '../../../lib/error.ts';
import type { RowContent, RowMacs } from '../../../execution/ports.ts';
import { describeRow } from './rows.ts';

/** A row of the database with its MAC. */
export interface StoredRow extends RowContent {
  mac: string;
}

/** Makes and verifies the MACs of rows, and remembers which rows are valid. */
export interface RowCheck {
  /** Returns the MAC of each row, for its INSERT or UPDATE. */
  seal(rows: readonly RowContent[]): Promise<string[]>;
  /** Verifies rows that were read. @throws AirlockError `ledger-corrupt` that names the rows without a valid MAC. */
  verify(rows: readonly StoredRow[]): Promise<void>;
}

/**
 * Creates a check for one execution. The check asks Vault about each row at most once, and about all new rows of a call
 * with one request. A row that was changed in between is a new row.
 */
export function createRowCheck(macs: RowMacs): RowCheck {
  const valid = new Set<string>();
  return {
    async seal(rows) {
      const made = await macs.make(rows);
      for (const [index, row] of rows.entries()) valid.add(keyOf({ ...row, mac: made[index] ?? '' }));
      return made;
    },
    async verify(rows) {
      const unknown = rows.filter((row) => !valid.has(keyOf(row)));
      const answers = await macs.verify(unknown);
      const wrong = unknown.filter((_, index) => !answers[index]);
      if (wrong.length > 0) throw ledgerCorrupt(`rows without a valid MAC: ${wrong.map(describeRow).join('; ')}`);
      for (const row of unknown) valid.add(keyOf(row));
    },
  };
}

/** Seals one row. */
export async function sealOne(check: RowCheck, row: RowContent): Promise<string> {
  const [mac = ''] = await check.seal([row]);
  return mac;
}

/** Creates `ledger-corrupt`. @param how names the rows. */
export function ledgerCorrupt(how: string): AirlockError {
  return refused(
    'ledger-corrupt',
    `the ledger has ${how}. Only the gateway writes the ledger, so somebody else changed the database: keep a copy of the database, and find out who did it`,
  );
}

function keyOf({ table, columns, mac }: StoredRow): string {
  return canonicalJson([table, [...columns], mac]);
}
