import type { Digest } from '../../../lib/digest.ts';
import type { Verb } from '../../../domain/approval/decision.ts';
import type { Json } from '../../../lib/json.ts';
import { digestOfProof } from '../../../domain/approval/decision-token.ts';
import type { Admission, Admissions } from '../../../execution/ports.ts';
import type { Pool } from '../pool.ts';
import { unavailable } from '../unavailable.ts';

/** The archive of decision proofs in PostgreSQL; the role may neither update nor delete. */
export function createAdmissions(pool: Pool): Admissions {
  const find = async (proof: string): Promise<Admission | undefined> => {
    const { rows } = await pool
      .query<Row>('SELECT * FROM admissions WHERE proof_digest = $1', [digestOfProof(proof)])
      .catch(unavailable('admissions'));
    return rows[0] && admissionOf(rows[0]);
  };
  return {
    find,
    async add(admission) {
      const { decision, issuer, subject, groups, key, admittedAt } = admission;
      const { proof, dossier, verb, reason } = decision;
      const json = [JSON.stringify(groups), JSON.stringify(key)];
      const row = [digestOfProof(proof), proof, dossier, verb, reason, issuer, subject, ...json, admittedAt];
      await pool.query(insert, row).catch(unavailable('admissions'));
      return (await find(proof)) ?? admission;
    },
    async ofDossier(dossier) {
      const { rows } = await pool
        .query<Row>('SELECT * FROM admissions WHERE dossier = $1 ORDER BY admitted_at, proof_digest', [dossier])
        .catch(unavailable('admissions'));
      return rows.map(admissionOf);
    },
  };
}

const insert = `
  INSERT INTO admissions (proof_digest, proof, dossier, verb, reason, issuer, subject, groups, key, admitted_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (proof_digest) DO NOTHING`;

interface Row {
  proof: string;
  dossier: Digest;
  verb: Verb;
  reason: string;
  issuer: string;
  subject: string;
  groups: string;
  key: string;
  admitted_at: Date;
}

function admissionOf({ proof, dossier, verb, reason, issuer, subject, groups, key, admitted_at }: Row): Admission {
  return {
    decision: { dossier, verb, reason, proof },
    issuer,
    subject,
    groups: JSON.parse(groups) as string[],
    key: JSON.parse(key) as Json,
    admittedAt: admitted_at.toISOString(),
  };
}
