import type { JournalRecord } from '../domain/journal/journal.ts';
import type { Journal } from '../domain/journal/ports.ts';
import type { Digest } from '../lib/digest.ts';
import type { Logger } from '../platform/logger.ts';

/** What `createDossierReads` needs. */
export interface DossierReadDeps {
  appendRecord: Journal['append'];
  log: Logger;
}

interface DossierRead {
  incident: string;
  trace: string;
  /** The recent records of the incident. */
  records: readonly JournalRecord[];
  dossier: Digest;
  /** The name of the reader's bearer token. */
  reader: string;
}

const rememberedReads = 1_000;

/**
 * Makes a function that appends a record `dossier.read` when a dossier is read with a bearer token for the first time.
 * It returns after the append. If the append fails, it logs the problem, because a failure of the journal must not keep
 * people from reading. The next read then tries again. Two `serve` processes may append one record each, and so
 * may a process that starts after 2,000 later records of the incident (`JournalReader.recent`).
 */
export function createDossierReads({ appendRecord, log }: DossierReadDeps): (read: DossierRead) => Promise<void> {
  // The appends of the latest reads. A concurrent request may have read the journal before the append.
  const appends = new Map<string, Promise<void>>();
  const append = async (key: string, { incident, trace, dossier, reader }: DossierRead): Promise<void> => {
    const message = `first read of dossier ${dossier} with the token ${reader}`;
    const body = { dossier, reader };
    await appendRecord({ kind: 'dossier.read', incident, trace, message, body }).catch((error: Error) => {
      appends.delete(key);
      log.warn({ incident, dossier, reader, problem: error.message }, 'cannot record who has read a dossier');
    });
  };
  return async (read) => {
    if (read.records.some((record) => isRecordOf(record, read))) return;
    const key = `${read.reader} ${read.dossier}`;
    const running = appends.get(key) ?? append(key, read);
    appends.set(key, running);
    const [oldest] = appends.keys();
    if (oldest !== undefined && appends.size > rememberedReads) appends.delete(oldest);
    await running;
  };
}

function isRecordOf({ kind, writer, body }: JournalRecord, { dossier, reader }: DossierRead): boolean {
  if (kind !== 'dossier.read' || writer !== 'airlock_serve') return false;
  const recorded = body as Partial<Pick<DossierRead, 'dossier' | 'reader'>>;
  return recorded.dossier === dossier && recorded.reader === reader;
}
