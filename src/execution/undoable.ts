import { refused } from '../domain/error.ts';
import type { Digest } from '../domain/digest.ts';
import { executionId } from '../domain/names.ts';
import type { ExecutionRecord, Ledger } from './ports.ts';

/**
 * The finished execution that an undo takes back, from the ledger alone; it may have applied nothing.
 * @throws AirlockError `nothing-to-undo`; `execution-unfinished` while steps could still be applied after the undo.
 */
export async function undoable(ledger: Ledger, dossier: Digest): Promise<ExecutionRecord> {
  const execution = executionId(dossier, 'do');
  const record = await ledger.find(execution);
  if (record?.dossier !== dossier)
    throw refused('nothing-to-undo', `${execution} never began: there is nothing to undo`);
  if (record.result) return record;
  throw refused('execution-unfinished', `${execution} has no result yet: finish it before it is taken back`);
}
