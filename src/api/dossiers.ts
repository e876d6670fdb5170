import type { FastifyInstance } from 'fastify';
import type { Digest } from '../domain/digest.ts';
import { refused } from '../domain/error.ts';
import { findIncident, type IncidentDeps } from './incidents.ts';

export interface DossierDeps extends IncidentDeps {
  blobs: { bytes(digest: Digest): Promise<Uint8Array> };
}

/**
 * `GET /v1/incidents/:id/dossiers/:digest`: the exact stored bytes, over which a client recomputes the digest. Only
 * dossiers that were offered for the incident can be had, not whatever else is stored by digest.
 */
export function dossierRoutes(app: FastifyInstance, { journal, blobs }: DossierDeps): void {
  app.get<{ Params: { id: string; digest: string } }>(
    '/v1/incidents/:id/dossiers/:digest',
    async ({ params }, reply) => {
      const { records } = await findIncident(journal, params.id);
      const offered = records
        .filter((record) => record.kind === 'dossier.offered' && record.process === 'airlock_serve')
        .map((record) => (record.body as { digest: Digest }).digest);
      const digest = offered.find((known) => known === params.digest);
      if (!digest) throw refused('not-found', 'no dossier of that digest was offered for this incident');
      return reply.type('application/json').send(Buffer.from(await blobs.bytes(digest)));
    },
  );
}
