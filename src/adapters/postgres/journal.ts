import { canonicalJson, type Json } from '../../domain/json.ts';
import type { JournalRecord, RecordKind } from '../../domain/journal.ts';
import type { Journal, JournalReader } from '../../domain/ports.ts';
import type { Pool } from './pool.ts';
import { unavailable } from './unavailable.ts';

/** Appends to the journal as the role that is logged in. Returns when the record is on disk. */
export function createJournal(pool: Pool): Journal {
  return {
    async append({ kind, incident, trace, fact, body }) {
      // PostgreSQL's text cannot hold NUL, and a fact may quote a cluster.
      const sentence = fact.slice(0, 2000).replaceAll('\0', '\\u{0}');
      const row = [kind, incident, trace, sentence, canonicalJson(body)];
      await pool.query('SELECT journal_append($1, $2, $3, $4, $5)', row).catch(unavailable('journal'));
    },
  };
}

interface Row {
  seq: string;
  at: Date;
  process: string;
  kind: RecordKind;
  incident: string;
  trace: string;
  fact: string;
  body: string;
}

/** Reads the journal back; only governance's role may. */
export function createJournalReader(pool: Pool): JournalReader {
  return {
    async read(incident) {
      const where = incident === undefined ? '' : 'WHERE incident = $1';
      const { rows } = await pool
        .query<Row>(`SELECT * FROM journal ${where} ORDER BY seq`, incident === undefined ? [] : [incident])
        .catch(unavailable('journal'));
      return rows.map(recordOf);
    },
  };
}

function recordOf({ seq, at, body, ...rest }: Row): JournalRecord {
  return { ...rest, seq: Number(seq), at: at.toISOString(), body: JSON.parse(body) as Json };
}
