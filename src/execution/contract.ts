import type { Digest } from '../lib/digest.ts';
import type { Direction, ExecutionResult, Prepared } from '../domain/execution/execution.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { DecisionAnswer, DecisionInput } from '../domain/approval/decision.ts';
import type { EditAnswer, EditInput } from '../domain/approval/edit.ts';
import type { RequestAnswer, RequestInput } from '../domain/approval/request.ts';

/**
 * The activities of the gateway, the only process that can change clusters. The gateway trusts no input: it checks
 * everything again from signed data.
 */
export interface ExecutionActivities {
  /** Admits a decision on a dossier, or refuses the decision with a reason. */
  admitDecision(input: DecisionInput): Promise<DecisionAnswer>;
  /** Admits the request that opened the incident, or refuses the request with a reason. */
  admitRequest(input: RequestInput): Promise<RequestAnswer>;
  /** Admits an edit of a dossier, or refuses the edit with a reason. An admitted edit invalidates the dossier. */
  admitEdit(input: EditInput): Promise<EditAnswer>;
  /** Checks whether the dossier may be executed now. If so, issues a random challenge for the preflight rehearsal. */
  prepare(input: { incident: Incident; dossier: Digest }): Promise<Prepared>;
  /** Executes the plan (`do`) or its undo (`undo`). Only `do` needs `report`, the digest of the preflight report. */
  execute(input: {
    incident: Incident;
    dossier: Digest;
    direction: Direction;
    report?: Digest;
  }): Promise<ExecutionResult>;
}
