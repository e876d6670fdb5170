import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { digestSchema, type Digest } from '../lib/digest.ts';
import { dossierSchema } from '../domain/approval/dossier.ts';
import { refused } from '../lib/error.ts';
import { evidenceSchema } from '../domain/plan/evidence.ts';
import type { RecordKind, Writer } from '../domain/journal/journal.ts';
import { signedReportSchema } from '../domain/rehearsal/report.ts';
import { createDossierReads, type DossierReadDeps } from './dossier-reads.ts';
import { findIncident, incidentParamsSchema, type IncidentDeps } from './incidents.ts';

/** What the document routes need. */
export interface DocumentDeps extends IncidentDeps, DossierReadDeps {
  blobs: {
    /**
     * Returns the stored bytes of a document.
     * @throws AirlockError `blob-missing`, `blob-corrupt`, `blobs-unavailable`.
     */
    bytes(digest: Digest): Promise<Uint8Array>;
  };
}

/** The kinds of documents, by the name in the address. */
const documentKinds = {
  dossiers: {
    schema: dossierSchema,
    recordKinds: ['dossier.offered'],
    digestMember: 'digest',
    writer: 'airlock_serve',
  },
  reports: {
    schema: signedReportSchema,
    recordKinds: ['rehearsal.completed', 'preflight.completed'],
    digestMember: 'report',
    writer: 'airlock_observe',
  },
  evidence: {
    schema: evidenceSchema,
    recordKinds: ['evidence.collected'],
    digestMember: 'evidence',
    writer: 'airlock_observe',
  },
} as const satisfies Record<string, DocumentKind>;

interface DocumentKind {
  schema: z.ZodType;
  /** Kinds of the journal records that contain the digest of a document. */
  recordKinds: readonly RecordKind[];
  /** The digest is this member of the record's `body`. */
  digestMember: string;
  /**
   * PostgreSQL role of the process that makes these documents. Every process can append records of every kind. Records
   * of other roles are ignored, because they could contain the digest of a forged document.
   */
  writer: Writer;
}

/**
 * `GET /v1/incidents/:id/{dossiers,reports,evidence}/:digest`: one document of the incident. The answer is exactly the
 * stored bytes, so a client can recompute the digest. The answer is 404 if the incident has no such document. The first
 * read of a dossier with a bearer token is recorded in the journal.
 */
export function documentRoutes(app: FastifyInstance, deps: DocumentDeps): void {
  const { journal, blobs } = deps;
  const recordDossierRead = createDossierReads(deps);
  for (const [name, { schema, recordKinds, digestMember, writer }] of Object.entries(documentKinds)) {
    const doc = {
      summary:
        `One document of the incident, found by digest (kind: ${name}). ` +
        'The answer is exactly the bytes from which the digest was computed.',
      params: incidentParamsSchema.extend({ digest: digestSchema }),
      answer: { schema },
    };
    app.get<{ Params: { id: string; digest: string } }>(
      `/v1/incidents/:id/${name}/:digest`,
      { config: { doc } },
      async ({ params, tokenName: reader }, reply) => {
        const { view, records } = await findIncident(journal, params.id);
        const digests = records
          .filter((record) => recordKinds.some((kind) => kind === record.kind) && record.writer === writer)
          .map((record) => (record.body as Record<string, Digest>)[digestMember]);
        const digest = digests.find((candidate) => candidate === params.digest);
        if (!digest) {
          const problem = `incident ${params.id} has no document with this digest (kind: ${name})`;
          throw refused('not-found', `${problem}: \`airlock journal show ${params.id} -o json\` prints all digests`);
        }
        const bytes = Buffer.from(await blobs.bytes(digest));
        if (name === 'dossiers' && reader !== undefined)
          await recordDossierRead({ incident: view.id, trace: view.trace, records, dossier: digest, reader });
        return reply.type('application/json').send(bytes);
      },
    );
  }
}
