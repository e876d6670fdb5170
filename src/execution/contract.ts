import type { Digest } from '../lib/digest.ts';
import type { Direction, ExecutionResult, Prepared } from '../domain/execution/execution.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { DecisionAnswer, DecisionInput } from '../domain/approval/decision.ts';
import type { EditAnswer, EditInput } from '../domain/approval/edit.ts';
import type { RequestAnswer, RequestInput } from '../domain/approval/request.ts';

/**
 * The activities that workflows may call at the gateway, which is the only process that can change clusters. The
 * gateway trusts no input: it checks everything again from signed data.
 */
export interface ExecutionActivities {
  /** Admits a decision on a dossier, or refuses it with a reason. */
  admitDecision(input: DecisionInput): Promise<DecisionAnswer>;
  /** Admits the request that opened the incident, or refuses it with a reason. */
  admitRequest(input: RequestInput): Promise<RequestAnswer>;
  /** Admits an edit of a dossier, or refuses it with a reason. An admitted edit invalidates the dossier. */
  admitEdit(input: EditInput): Promise<EditAnswer>;
  /** Checks the dossier and its admitted decisions, and issues a random challenge for the preflight rehearsal. */
  prepare(input: { incident: Incident; dossier: Digest }): Promise<Prepared>;
  /** Runs the plan (`do`) or its undo. Only `do` needs `report`: the preflight report, which contains the challenge. */
  execute(input: {
    incident: Incident;
    dossier: Digest;
    direction: Direction;
    report?: Digest;
  }): Promise<ExecutionResult>;
}
