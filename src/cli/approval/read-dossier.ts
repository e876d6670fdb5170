import { digestOfBytes, type Digest } from '../../lib/digest.ts';
import { dossierDigest, dossierSchema, type Dossier } from '../../domain/approval/dossier.ts';
import { AirlockError } from '../../lib/error.ts';
import { escapeForTerminal } from '../../lib/escape-for-terminal.ts';
import type { ApiClient } from '../api/api-client.ts';

/**
 * Reads the dossier with this digest. The API is not trusted, so this function checks the digest, the form and the
 * incident of the dossier.
 * @throws AirlockError `dossier-mismatch`, and the errors of the API.
 */
export async function readDossier(
  api: Pick<ApiClient, 'document'>,
  requested: { incident: string; digest: Digest },
): Promise<Dossier> {
  const bytes = await api.document(requested.incident, 'dossiers', requested.digest);
  const mismatch = (why: string): AirlockError =>
    new AirlockError({
      code: 'dossier-mismatch',
      message:
        `dossier ${requested.digest}: airlock serve sent a document that ${why}. ` +
        'Approve nothing, and tell the operator of airlock serve',
    });
  if (digestOfBytes(bytes) !== requested.digest) throw mismatch('has another digest');
  const dossier = dossierSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
  if (!dossier.success || dossierDigest(dossier.data) !== requested.digest) throw mismatch('is not a valid dossier');
  if (dossier.data.incident !== requested.incident)
    throw mismatch(`belongs to incident ${escapeForTerminal(dossier.data.incident)}`);
  return dossier.data;
}
