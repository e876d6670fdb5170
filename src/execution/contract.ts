import type { Digest } from '../lib/digest.ts';
import type { Direction, ExecutionResult, PrepareAnswer } from '../domain/execution/execution.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { DecisionAnswer, IncidentDecision } from '../domain/approval/decision.ts';
import type { EditAnswer, IncidentEdit } from '../domain/approval/edit.ts';
import type { RequestAnswer, IncidentRequest } from '../domain/approval/request.ts';

/**
 * The activities of the gateway. The gateway does not trust their input, and verifies every token and report itself.
 */
export interface ExecutionActivities {
  /** Admits a decision on a dossier, or refuses the decision with a reason. */
  admitDecision(input: IncidentDecision): Promise<DecisionAnswer>;
  /** Admits the request that opened the incident, or refuses the request with a reason. */
  admitRequest(input: IncidentRequest): Promise<RequestAnswer>;
  /** Admits an edit of a dossier, or refuses the edit with a reason. An admitted edit invalidates the dossier. */
  admitEdit(input: IncidentEdit): Promise<EditAnswer>;
  /** Returns a challenge for the preflight if the dossier may be executed now. Otherwise returns the reasons. */
  prepare(input: { incident: Incident; dossier: Digest }): Promise<PrepareAnswer>;
  /**
   * Executes the steps of the dossier's plan (`do`) or its undo steps (`undo`). `report` is the digest of the preflight
   * report. Only `do` needs a report.
   */
  execute(input: {
    incident: Incident;
    dossier: Digest;
    direction: Direction;
    report?: Digest;
  }): Promise<ExecutionResult>;
}
