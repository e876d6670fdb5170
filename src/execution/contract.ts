import type { Digest } from '../lib/digest.ts';
import type { Direction, ExecutionResult, Prepared } from '../domain/execution/execution.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { DecisionAnswer, DecisionInput } from '../domain/approval/decision.ts';
import type { EditAnswer, EditInput } from '../domain/approval/edit.ts';
import type { RequestAnswer, RequestInput } from '../domain/approval/request.ts';

/**
 * The activities that workflows may call at the gateway. The gateway trusts no input: it checks everything again from
 * signed data.
 */
export interface ExecutionActivities {
  admitDecision(input: DecisionInput): Promise<DecisionAnswer>;
  admitRequest(input: RequestInput): Promise<RequestAnswer>;
  /** Admitting an edit invalidates its dossier. */
  admitEdit(input: EditInput): Promise<EditAnswer>;
  /** Checks the dossier and its admitted decisions. Stores a random challenge for the preflight rehearsal. */
  prepare(input: { incident: Incident; dossier: Digest }): Promise<Prepared>;
  /** `do` needs a preflight report that carries the open challenge. `undo` needs none: the same approvals cover it. */
  execute(input: {
    incident: Incident;
    dossier: Digest;
    direction: Direction;
    report?: Digest;
  }): Promise<ExecutionResult>;
}
