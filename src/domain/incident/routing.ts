import { z } from 'zod';
import type { Delivery } from '../alert/alert.ts';
import { incidentSchema, type Incident } from './incident.ts';
import { incidentOf } from './incident-of.ts';

/** One of the times that an incident of alerts was open: its first, or one after it fired again. */
export const openingSchema = z.strictObject({
  incident: incidentSchema,
  /** 1 for the first. */
  number: z.int().positive(),
  /** How often it had fired again before. */
  flaps: z.int().nonnegative(),
  /** At so many a person gets it, and it is not repaired again. */
  flapLimit: z.int().positive(),
  /** First start among the alerts that opened it again. */
  since: z.string().optional(),
});
export type Opening = z.infer<typeof openingSchema>;

/** Where a group of alerts stands: the latest incident of its workflow id. */
export interface Place extends Omit<Opening, 'flapLimit'> {
  /** Trace of the delivery by which it is, or was last, open. */
  openedBy: string;
  /** Milliseconds since it closed; undefined while it is open. */
  closedForMs?: number;
}

/** What becomes of a delivery of a group's alerts. */
export type Move =
  /** It is about nothing that is not dealt with. */
  | { kind: 'drop' }
  /** For whoever is open, and for nobody else: it only resolves. */
  | { kind: 'tell' }
  /** For the incident that is open. */
  | { kind: 'join' }
  /** For a new incident. */
  | { kind: 'open'; incident: Incident }
  /** For the incident that was open before, which is open once more. */
  | { kind: 'reopen'; flap: boolean; since: string };

/**
 * Decides where a delivery belongs; the one place that does.
 * @param delivery of which alerts that are over are marked as resolved.
 * @param place where its group stands; undefined where the group is new.
 * @param taken whether an incident that is closed has dealt with all of it.
 */
export function moveOf(
  delivery: Delivery,
  { place, taken, windowMs }: { place: Place | undefined; taken: boolean; windowMs: number },
): Move {
  if (taken) return { kind: 'drop' };
  const incident = incidentOf(delivery);
  if (!incident) return { kind: 'tell' };
  if (!place) return { kind: 'open', incident };
  if (place.closedForMs === undefined) return { kind: 'join' };
  // The same first start is the same incident, however late; ids are never given twice.
  if (place.closedForMs > windowMs && incident.id !== place.incident.id) return { kind: 'open', incident };
  // What opened it, and comes back because its owner closed before it had heard of it, has not fired again.
  return { kind: 'reopen', flap: place.openedBy !== delivery.trace, since: incident.startsAt };
}
