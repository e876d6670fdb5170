import type { Digest } from '../../../lib/digest.ts';
import { canonicalJson, type Json } from '../../../lib/json.ts';
import { digestOfProof } from '../../../domain/approval/decision-token.ts';
import type { Ask, Asks } from '../../../execution/ports.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

/** The archive of requests and edits in PostgreSQL; the role may neither update nor delete. */
export function createAsks(pool: Pool): Asks {
  const read = async (where: string, value: string): Promise<Ask[]> => {
    const { rows } = await pool
      .query<Row>(`SELECT * FROM asks WHERE ${where} = $1 ORDER BY admitted_at, proof_digest`, [value])
      .catch(unavailable('asks'));
    return rows.map(askOf);
  };
  const find = async (proof: string): Promise<Ask | undefined> => (await read('proof_digest', digestOfProof(proof)))[0];
  return {
    find,
    async add(ask) {
      const { proof, kind, incident, issuer, subject, groups, key, admittedAt } = ask;
      const dossier = ask.kind === 'edit' ? ask.edit.dossier : null;
      const asked = canonicalJson(ask.kind === 'edit' ? ask.edit : ask.request);
      const json = [JSON.stringify(groups), JSON.stringify(key)];
      const row = [digestOfProof(proof), proof, kind, incident, dossier, asked, issuer, subject, ...json, admittedAt];
      await pool.query(insert, row).catch(unavailable('asks'));
      return (await find(proof)) ?? ask;
    },
    ofIncident: (incident) => read('incident', incident),
    editOf: async (dossier: Digest) => (await read('dossier', dossier))[0],
  };
}

const insert = `
  INSERT INTO asks (proof_digest, proof, kind, incident, dossier, asked, issuer, subject, groups, key, admitted_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (proof_digest) DO NOTHING`;

interface Row {
  proof: string;
  kind: Ask['kind'];
  incident: string;
  asked: string;
  issuer: string;
  subject: string;
  groups: string;
  key: string;
  admitted_at: Date;
}

function askOf({ proof, kind, incident, asked, issuer, subject, groups, key, admitted_at }: Row): Ask {
  const what = JSON.parse(asked) as never;
  return {
    ...{ incident, proof, issuer, subject },
    groups: JSON.parse(groups) as string[],
    key: JSON.parse(key) as Json,
    admittedAt: admitted_at.toISOString(),
    ...(kind === 'edit' ? { kind, edit: what } : { kind, request: what }),
  };
}
