import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { digestSchema, type Digest } from '../lib/digest.ts';
import { dossierSchema } from '../domain/approval/dossier.ts';
import { refused } from '../lib/error.ts';
import { evidenceSchema } from '../domain/plan/evidence.ts';
import type { RecordKind } from '../domain/journal/journal.ts';
import { signedReportSchema } from '../domain/rehearsal/report.ts';
import { findIncident, incidentParamsSchema, type IncidentDeps } from './incidents.ts';

/** What the routes of documents need. */
export interface DocumentDeps extends IncidentDeps {
  blobs: { bytes(digest: Digest): Promise<Uint8Array> };
}

/**
 * Says in which journal records the digests of documents are. For example, a record `dossier.offered` has the digest of
 * a dossier in `body.digest`.
 */
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
  /** Kinds of the records that contain the digest of such a document. */
  kinds: readonly RecordKind[];
  /** Member of the record's body that has the digest. */
  member: string;
  /**
   * Database role of the process that makes such documents. Every process can append records. Records of other roles
   * are ignored, because they could name false documents.
   */
  writer: string;
}

/**
 * `GET /v1/incidents/:id/{dossiers,reports,evidence}/:digest`: answers with the exact stored bytes, so that a client
 * can recompute the digest. Answers 404 if no record of this incident contains the digest.
 */
export function documentRoutes(app: FastifyInstance, { journal, blobs }: DocumentDeps): void {
  for (const [name, { schema, kinds, member, writer }] of Object.entries(documents)) {
    const doc = {
      summary: `Reads a document of the incident by its digest (kind: ${name}). The answer is exactly the bytes from which the digest was computed.`,
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
        if (!digest) {
          const problem = `no record of incident ${params.id} names a document with this digest (kind: ${name})`;
          throw refused('not-found', `${problem}: \`airlock journal show ${params.id} -o json\` has the digests`);
        }
        return reply.type('application/json').send(Buffer.from(await blobs.bytes(digest)));
      },
    );
  }
}
