import type { Decision } from '../../src/domain/decision.ts';
import { digestOf } from '../../src/domain/digest.ts';
import { webhook } from './sender.ts';

const decision: Decision = { dossier: digestOf('x'), verb: 'approve', reason: 'looks right', proof: 'aaaa.bbbb.cccc' };

/** A body that each route takes, by address and media type. What is bad is made from it, member by member. */
export const goodBodies: Record<string, Record<string, object>> = {
  '/v1/alerts/alertmanager': { 'application/json': webhook() },
  '/v1/incidents/:id/decisions': { 'application/json': decision },
};
