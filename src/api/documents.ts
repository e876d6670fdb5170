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

/** Which records name a document of an incident, in which member of their body, and which writer counts. */
const documents = {
  dossiers: { schema: dossierSchema, kinds: ['dossier.offered'], member: 'digest', writer: 'airlock_serve' },
  reports: {
    schema: signedReportSchema,
    kinds: ['rehearsal.completed', 'preflight.completed'],
    member: 'report',
    writer: 'airlock_observe',
  },
  evidence: { schema: evidenceSchema, kinds: ['evidence.collected'], member: 'evidence', writer: 'airlock_observe' },
} as const satisfies Record<string, DocumentSource>;

interface DocumentSource {
  schema: z.ZodType;
  kinds: readonly RecordKind[];
  member: string;
  writer: string;
}

/**
 * `GET /v1/incidents/:id/{dossiers,reports,evidence}/:digest`: the exact stored bytes, so that a client can recompute the
 * digest. Only documents that the incident's own records name are served, although others are stored by digest too.
 */
export function documentRoutes(app: FastifyInstance, { journal, blobs }: DocumentDeps): void {
  for (const [name, { schema, kinds, member, writer }] of Object.entries(documents)) {
    const doc = {
      summary: `One of the incident's ${name}: the exact bytes of which the digest was computed.`,
      params: incidentParamsSchema.extend({ digest: digestSchema }),
      answer: { schema },
    };
    app.get<{ Params: { id: string; digest: string } }>(
      `/v1/incidents/:id/${name}/:digest`,
      { config: { doc } },
      async ({ params }, reply) => {
        const { records } = await findIncident(journal, params.id);
        const known = records
          .filter((record) => kinds.some((kind) => kind === record.kind) && record.writer === writer)
          .map((record) => (record.body as Record<string, Digest>)[member]);
        const digest = known.find((candidate) => candidate === params.digest);
        if (!digest) throw refused('not-found', `none of the ${name} of this incident has that digest`);
        return reply.type('application/json').send(Buffer.from(await blobs.bytes(digest)));
      },
    );
  }
}
