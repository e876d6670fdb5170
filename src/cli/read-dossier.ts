import { digestOfBytes, type Digest } from '../lib/digest.ts';
import { dossierDigest, dossierSchema, type Dossier } from '../domain/approval/dossier.ts';
import { AirlockError } from '../lib/error.ts';
import { visible } from '../lib/escape-for-terminal.ts';
import type { ApiClient } from './api-client.ts';

/**
 * The dossier that a digest on the command line stands for. The server is believed in nothing.
 * @throws AirlockError `dossier-differs`, and those of the API.
 */
export async function readDossier(
  api: Pick<ApiClient, 'document'>,
  asked: { incident: string; digest: Digest },
): Promise<Dossier> {
  const bytes = await api.document(asked.incident, 'dossiers', asked.digest);
  const differs = (why: string): AirlockError =>
    new AirlockError({
      code: 'dossier-differs',
      message: `what the server sent for ${asked.digest} ${why}: do not sign; ask who runs it`,
      next: 'stop',
    });
  if (digestOfBytes(bytes) !== asked.digest) throw differs('has another digest');
  const dossier = dossierSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
  if (!dossier.success || dossierDigest(dossier.data) !== asked.digest) throw differs('is no dossier');
  if (dossier.data.incident !== asked.incident) throw differs(`is of incident ${visible(dossier.data.incident)}`);
  return dossier.data;
}
