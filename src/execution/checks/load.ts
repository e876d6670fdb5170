import type { AirlockError } from '../../lib/error.ts';
import { refused } from '../../lib/error.ts';
import type { Digest } from '../../lib/digest.ts';
import { dossierDigest, dossierSchema, type Dossier } from '../../domain/approval/dossier.ts';
import type { Blobs } from '../../domain/journal/ports.ts';
import { signedReportSchema, type SignedReport } from '../../domain/rehearsal/report.ts';

/**
 * Reads a dossier and checks its form and its digest.
 * @throws AirlockError `dossier-invalid`, and the errors of the blob store.
 */
export async function loadDossier(blobs: Blobs, digest: Digest): Promise<Dossier> {
  const parsed = dossierSchema.safeParse(await blobs.get(digest));
  const invalid = (why: string): AirlockError =>
    refused('dossier-invalid', `dossier ${digest} is not valid (${why}): the incident needs a new dossier`);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid(`${issue?.path.join('.')}: ${issue?.message}`);
  }
  if (dossierDigest(parsed.data) !== digest) throw invalid('the content has another digest');
  return parsed.data;
}

/**
 * Reads a signed report and checks its form. Does not verify the signature.
 * @throws AirlockError `report-invalid`, and the errors of the blob store.
 */
export async function loadReport(blobs: Blobs, digest: Digest): Promise<SignedReport> {
  const parsed = signedReportSchema.safeParse(await blobs.get(digest));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw refused(
    'report-invalid',
    `report ${digest} is not valid (${issue?.path.join('.')}: ${issue?.message}): the plan needs a new rehearsal`,
  );
}
