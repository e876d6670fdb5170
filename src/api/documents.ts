import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { digestSchema, type Digest } from '../lib/digest.ts';
import { dossierSchema } from '../domain/approval/dossier.ts';
import { refused } from '../lib/error.ts';
import { evidenceSchema } from '../domain/plan/evidence.ts';
import type { RecordKind } from '../domain/journal/journal.ts';
import { signedReportSchema } from '../domain/rehearsal/report.ts';
import { findIncident, incidentParamsSchema, type IncidentDeps } from './incidents.ts';

export interface DocumentDeps extends IncidentDeps {
  blobs: { bytes(digest: Digest): Promise<Uint8Array> };
}

/** Which records of an incident name a document, in which member of their body, and which role must have written them. */
const documents = {
  dossiers: { schema: dossierSchema, kinds: ['dossier.offered'], member: 'digest', writer: 'airlock_serve' },
  reports: {
    ...{ schema: signedReportSchema, kinds: ['rehearsal.done', 'door.rehearsed'] },
    ...{ member: 'report', writer: 'airlock_observe' },
  },
  evidence: { schema: evidenceSchema, kinds: ['evidence.taken'], member: 'evidence', writer: 'airlock_observe' },
} as const satisfies Record<string, Kept>;

interface Kept {
  schema: z.ZodType;
  kinds: readonly RecordKind[];
  member: string;
  writer: string;
}

/**
 * `GET /v1/incidents/:id/{dossiers,reports,evidence}/:digest`: the exact stored bytes, over which a client recomputes the
 * digest. Only what the incident's own records name can be had, not whatever else is stored by digest.
 */
export function documentRoutes(app: FastifyInstance, { journal, blobs }: DocumentDeps): void {
  for (const [name, { schema, kinds, member, writer }] of Object.entries(documents)) {
    const doc = {
      summary: `One of an incident's ${name}: the exact bytes that its digest is over.`,
      params: incidentParamsSchema.extend({ digest: digestSchema }),
      answer: { schema },
    };
    app.get<{ Params: { id: string; digest: string } }>(
      `/v1/incidents/:id/${name}/:digest`,
      { config: { doc } },
      async ({ params }, reply) => {
        const { records } = await findIncident(journal, params.id);
        const known = records
          .filter((record) => kinds.some((kind) => kind === record.kind) && record.process === writer)
          .map((record) => (record.body as Record<string, Digest>)[member]);
        const digest = known.find((candidate) => candidate === params.digest);
        if (!digest) throw refused('not-found', `none of this incident's ${name} has that digest`);
        return reply.type('application/json').send(Buffer.from(await blobs.bytes(digest)));
      },
    );
  }
}
