import type { Digest } from '../../../lib/digest.ts';
import type { Verb } from '../../../domain/approval/decision.ts';
import type { Json } from '../../../lib/json/json.ts';
import { digestOfToken } from '../../../domain/approval/decision-token.ts';
import type { ArchivedDecision, DecisionArchive } from '../../../execution/ports.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

/**
 * Creates the gateway's archive of admitted decisions in PostgreSQL. The gateway's database role can insert and read
 * rows, but cannot change or delete a row.
 */
export function createDecisionArchive(pool: Pool): DecisionArchive {
  const find = async (token: string): Promise<ArchivedDecision | undefined> => {
    const { rows } = await pool
      .query<Row>('SELECT * FROM admissions WHERE token_digest = $1', [digestOfToken(token)])
      .catch(unavailable('admissions'));
    return rows[0] && decisionOfRow(rows[0]);
  };
  return {
    find,
    async add(archived) {
      const { decision, issuer, subject, groups, key, admittedAt } = archived;
      const { token, dossier, verb, reason } = decision;
      const json = [JSON.stringify(groups), JSON.stringify(key)];
      const row = [digestOfToken(token), token, dossier, verb, reason, issuer, subject, ...json, admittedAt];
      await pool.query(insert, row).catch(unavailable('admissions'));
      return (await find(token)) ?? archived;
    },
    async ofDossier(dossier) {
      const { rows } = await pool
        .query<Row>('SELECT * FROM admissions WHERE dossier = $1 ORDER BY admitted_at, token_digest', [dossier])
        .catch(unavailable('admissions'));
      return rows.map(decisionOfRow);
    },
  };
}

const insert = `
  INSERT INTO admissions (token_digest, token, dossier, verb, reason, issuer, subject, groups, key, admitted_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (token_digest) DO NOTHING`;

interface Row {
  token: string;
  dossier: Digest;
  verb: Verb;
  reason: string;
  issuer: string;
  /** The claim `sub` of the token. */
  subject: string;
  /** A list of strings, as JSON. */
  groups: string;
  /** The public key that verified the token: a JWK, as JSON. */
  key: string;
  admitted_at: Date;
}

function decisionOfRow({
  token,
  dossier,
  verb,
  reason,
  issuer,
  subject,
  groups,
  key,
  admitted_at,
}: Row): ArchivedDecision {
  return {
    decision: { dossier, verb, reason, token },
    issuer,
    subject,
    groups: JSON.parse(groups) as string[],
    key: JSON.parse(key) as Json,
    admittedAt: admitted_at.toISOString(),
  };
}
