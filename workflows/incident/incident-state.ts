import { condition, setHandler } from '@temporalio/workflow';
import type { Person } from '../../src/domain/approval/decision-token.ts';
import { createAlerts, type Alerts } from './alerts.ts';
import { createDecisions, type Decisions } from './decisions.ts';
import { createEdits, type Edits } from './edits.ts';
import {
  alertsSignal,
  decideUpdate,
  decisionSignal,
  editUpdate,
  statusQuery,
  type RemediationInput,
  type Stage,
  type Status,
} from '../messages.ts';
import { denied, escalated, type Outcome } from './outcome.ts';
import type { Rehearsed } from '../stages/rehearse.ts';
import { isEnded, type Edited, type Ended, type StageResult } from './stage-result.ts';

/**
 * The state of one incident: everything that Signals and Updates change, and the answer to the Query `status`. The
 * constructor registers the handlers of all these messages last. As soon as a handler is registered, Temporal delivers
 * the messages that arrived before.
 */
export class IncidentState {
  readonly input: RemediationInput;
  readonly alerts: Alerts;
  readonly #decisions: Decisions;
  readonly #edits: Edits;
  readonly #status: Omit<Status, 'decisions'> = { stage: 'open' };
  /** The playbook of the open dossier. Undefined if no dossier is open for edits. */
  #editable: { playbook: string } | undefined;

  constructor(input: RemediationInput) {
    this.input = input;
    this.#decisions = createDecisions(input);
    this.#edits = createEdits(input);
    this.alerts = createAlerts(input);
    // Keep this order. Buffered messages are handled in the order in which their handlers are registered. Another order
    // would break the replay of recorded histories.
    setHandler(decideUpdate, this.#decisions.decide, { validator: this.#decisions.validate });
    setHandler(decisionSignal, this.#decisions.receive);
    setHandler(editUpdate, this.#edits.edit, { validator: this.#edits.validate });
    setHandler(alertsSignal, this.alerts.receive);
    setHandler(statusQuery, () => ({ ...this.#status, decisions: this.#decisions.admitted() }));
  }

  /**
   * Runs one of the stages from `observe` to `execute`. First checks whether messages have already ended the incident.
   * They have if the alerts are resolved, if the alerts fired again too often, or if somebody denied a dossier.
   * @returns `{ ended }` without a call of `work` if messages ended the incident. Otherwise calls `work`, and returns
   * `{ ended }` if `work` ends the incident. Returns `{ edited, playbook }` if the gateway admits an edit of the open
   * dossier. In all other cases returns `{ result }`, the result of `work`.
   */
  async stage<T extends object>(name: Stage, work: () => Promise<T | Ended>): Promise<StageResult<T>> {
    this.#status.stage = name;
    const outcome = this.#outcomeFromMessages();
    if (outcome) return { ended: outcome };
    const result = await work();
    if (isEnded(result)) return result;
    return (await this.#takeEdit()) ?? { result };
  }

  /** Runs a stage that verifies or undoes a change of the cluster. Messages cannot end the incident any more. */
  stageAfterExecution<T>(name: Stage, work: () => Promise<T>): Promise<T> {
    this.#status.stage = name;
    return work();
  }

  /** Opens a dossier for decisions and edits. An approval by one of the requesters does not count. */
  offer({ playbook, dossier, obligation }: Rehearsed, requesters: readonly Person[]): void {
    const { digest, createdAt, expiresAt } = dossier;
    this.#status.dossier = { digest, expiresAt };
    this.#decisions.offer({ digest, createdAt, obligation, requesters });
    this.#edits.offer({ digest, createdAt });
    this.#editable = { playbook };
  }

  /**
   * Returns true if the wait for people is over: the dossier is approved, denied or edited, or the alerts have ended
   * the incident.
   */
  isSettled(): boolean {
    if (this.#isResolved() || this.#isFlapping()) return true;
    return this.#decisions.approval()?.state !== 'waiting' || this.#edits.admitted() !== undefined;
  }

  /** Returns true if the gateway is checking neither a decision nor an edit. */
  isIdle(): boolean {
    return this.#decisions.isIdle() && this.#edits.isIdle();
  }

  /** Rejects all decisions and edits from now on. */
  rejectDecisionsAndEdits(): void {
    this.#editable = undefined;
    this.#decisions.rejectAll();
    this.#edits.rejectAll();
  }

  /**
   * Stops accepting decisions, edits and alerts, and enters the stage `close`.
   *
   * An admitted denial invalidates the dossier. The workflow can learn of the invalidation before it gets the answer to
   * the denial. So if `reached` is the outcome `invalidated`, this method first waits until the gateway has checked all
   * decisions.
   * @returns the outcome `denied` if the gateway admitted a denial, otherwise `reached`.
   */
  async enterCloseStage(reached: Outcome): Promise<Outcome> {
    this.rejectDecisionsAndEdits();
    const outcome = reached.outcome === 'invalidated' ? ((await this.#denialAfterChecks()) ?? reached) : reached;
    this.alerts.stopAccepting();
    this.#status.stage = 'close';
    return outcome;
  }

  /** Sets the outcome that the `status` Query reports. */
  setOutcome(outcome: Outcome): void {
    this.#status.outcome = outcome;
  }

  /**
   * Waits while the gateway is checking an edit. If the gateway admitted an edit of the open dossier, withdraws the
   * dossier and returns the edit. Otherwise returns undefined.
   */
  async #takeEdit(): Promise<Edited | undefined> {
    const editable = this.#editable;
    if (!editable) return undefined;
    await condition(this.#edits.isIdle);
    const edited = this.#edits.admitted();
    if (!edited) return undefined;
    this.#editable = undefined;
    this.#decisions.withdraw();
    delete this.#status.dossier;
    return { edited, ...editable };
  }

  /** Waits until the gateway has checked all decisions. @returns the outcome `denied` after a denial. */
  async #denialAfterChecks(): Promise<Outcome | undefined> {
    await condition(this.#decisions.isIdle);
    return this.#denial();
  }

  #outcomeFromMessages(): Outcome | undefined {
    if (this.#isResolved()) return { outcome: 'cancelled', reason: 'the alerts resolved before execution' };
    if (!this.#isFlapping()) return this.#denial();
    return escalated(
      `flapping: the alerts fired again ${this.alerts.flaps()} times, so the incident is not repaired again`,
    );
  }

  #denial(): Outcome | undefined {
    const approval = this.#decisions.approval();
    return approval?.state === 'denied' ? denied(approval.by) : undefined;
  }

  /** Returns true if alerts opened the incident, and all these alerts have ended. */
  #isResolved(): boolean {
    const { request, scheduled } = this.input;
    return !request && !scheduled && this.alerts.allEnded();
  }

  #isFlapping(): boolean {
    const { occurrence } = this.input;
    return occurrence !== undefined && this.alerts.flaps() >= occurrence.flapLimit;
  }
}
