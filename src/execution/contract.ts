import type { Digest } from '../lib/digest.ts';
import type { Direction, ExecutionResult, Prepared } from '../domain/execution/execution.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { DecisionAnswer, DecisionOn, EditAnswer, EditOn, RequestAnswer, RequestOn } from '../domain/ports.ts';

/** What workflows may ask of the gateway. It believes nothing of it: everything is checked again from signed facts. */
export interface ExecutionActivities {
  admitDecision(input: DecisionOn): Promise<DecisionAnswer>;
  admitRequest(input: RequestOn): Promise<RequestAnswer>;
  /** Once it is admitted, its dossier is void. */
  admitEdit(input: EditOn): Promise<EditAnswer>;
  /** Checks the dossier and its admitted proofs; stores a random challenge for the rehearsal at the door. */
  prepare(input: { incident: Incident; dossier: Digest }): Promise<Prepared>;
  /** `do` takes the report for its open challenge, once. `undo` needs none: it is under the same signature. */
  execute(input: {
    incident: Incident;
    dossier: Digest;
    direction: Direction;
    report?: Digest;
  }): Promise<ExecutionResult>;
}
