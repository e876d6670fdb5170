import type { Digest } from '../../../lib/digest.ts';
import { canonicalJson, type Json } from '../../../lib/json/json.ts';
import { digestOfToken } from '../../../domain/approval/decision-token.ts';
import type { RequesterRecord, RequesterRecords } from '../../../execution/ports.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

/**
 * Creates the gateway's archive of requester records in PostgreSQL. A requester record is one admitted request or one
 * admitted edit. The gateway's database role can insert and read rows, but cannot change or delete a row.
 */
export function createRequesterRecords(pool: Pool): RequesterRecords {
  const read = async (column: string, value: string): Promise<RequesterRecord[]> => {
    const { rows } = await pool
      .query<Row>(`SELECT * FROM requester_records WHERE ${column} = $1 ORDER BY admitted_at, token_digest`, [value])
      .catch(unavailable('requester-records'));
    return rows.map(recordOf);
  };
  const find = async (token: string): Promise<RequesterRecord | undefined> =>
    (await read('token_digest', digestOfToken(token)))[0];
  return {
    find,
    async add(record) {
      const { token, kind, incident, issuer, subject, groups, key, admittedAt } = record;
      const dossier = record.kind === 'edit' ? record.edit.dossier : null;
      const content = canonicalJson(record.kind === 'edit' ? record.edit : record.request);
      const json = [JSON.stringify(groups), JSON.stringify(key)];
      const row = [digestOfToken(token), token, kind, incident, dossier, content, issuer, subject, ...json, admittedAt];
      await pool.query(insert, row).catch(unavailable('requester-records'));
      return (await find(token)) ?? record;
    },
    ofIncident: (incident) => read('incident', incident),
    editOf: async (dossier: Digest) => (await read('dossier', dossier))[0],
  };
}

const insert = `
  INSERT INTO requester_records
    (token_digest, token, kind, incident, dossier, content, issuer, subject, groups, key, admitted_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (token_digest) DO NOTHING`;

interface Row {
  token: string;
  kind: RequesterRecord['kind'];
  incident: string;
  /** The request or edit without its token, as JSON. */
  content: string;
  issuer: string;
  /** The claim `sub` of the token. */
  subject: string;
  /** A list of strings, as JSON. */
  groups: string;
  /** The public key that verified the token: a JWK, as JSON. */
  key: string;
  admitted_at: Date;
}

function recordOf({ token, kind, incident, content, issuer, subject, groups, key, admitted_at }: Row): RequesterRecord {
  const common = {
    incident,
    token,
    issuer,
    subject,
    groups: JSON.parse(groups) as string[],
    key: JSON.parse(key) as Json,
    admittedAt: admitted_at.toISOString(),
  };
  const parsed = JSON.parse(content) as never;
  return kind === 'edit' ? { ...common, kind, edit: parsed } : { ...common, kind, request: parsed };
}
