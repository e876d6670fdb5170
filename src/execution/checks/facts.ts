import type { Digest } from '../../lib/digest.ts';
import type { Dossier } from '../../domain/approval/dossier.ts';
import type { Direction } from '../../domain/execution/execution.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import type { SignedReport } from '../../domain/rehearsal/report.ts';

/** What the gateway is asked to do, and the bytes it read for it. Nothing in here is believed before it was checked. */
export interface Facts {
  incident: Incident;
  digest: Digest;
  dossier: Dossier;
  direction: Direction;
  /** The gateway's clock, now. */
  now: Date;
  /** The rehearsal at the door; absent before it was asked for, and for an undo. */
  door?: SignedReport | undefined;
  /**
   * When the first execution of this dossier began to write, ISO 8601; absent where it did not. Expiry is about that
   * moment, and decisions that came later do not hold an undo back.
   */
  begun?: string | undefined;
  /** How long the execution that an undo takes back had been executed when the undo began; absent where it was not. */
  executedSeconds?: number | undefined;
}
