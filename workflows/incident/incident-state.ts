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
 * State of one incident: everything that messages change, and what the `status` Query reports. This class registers all
 * handlers of the workflow. Temporal delivers buffered messages as soon as their handler is registered, so the
 * constructor initialises the state first.
 */
export class IncidentState {
  readonly input: RemediationInput;
  readonly alerts: Alerts;
  readonly #decisions: Decisions;
  readonly #edits: Edits;
  readonly #status: Omit<Status, 'decisions'> = { stage: 'open' };
  /** The playbook of the open dossier. Undefined if no open dossier can be edited. */
  #editable: { playbook: string } | undefined;

  constructor(input: RemediationInput) {
    this.input = input;
    this.#decisions = createDecisions(input);
    this.#edits = createEdits(input);
    this.alerts = createAlerts(input);
    // The order matters to recorded histories: handlers of buffered messages run in the order of registration.
    setHandler(decideUpdate, this.#decisions.decide, { validator: this.#decisions.validate });
    setHandler(decisionSignal, this.#decisions.receive);
    setHandler(editUpdate, this.#edits.edit, { validator: this.#edits.validate });
    setHandler(alertsSignal, this.alerts.receive);
    setHandler(statusQuery, () => ({ ...this.#status, decisions: this.#decisions.admitted() }));
  }

  /**
   * Runs a stage up to `execute`. The stage does not begin if messages have already ended the incident: the alerts are
   * resolved or flap, or somebody denied a dossier.
   * @returns the result of `work`. If messages or `work` end the incident, returns `{ ended }`. If the gateway admits
   * an edit of the open dossier during the stage, returns the edit instead of the result.
   */
  async stage<T extends object>(name: Stage, work: () => Promise<T | Ended>): Promise<StageResult<T>> {
    this.#status.stage = name;
    const outcome = this.#outcomeFromMessages();
    if (outcome) return { ended: outcome };
    const result = await work();
    if (isEnded(result)) return result;
    return (await this.#takeEdit()) ?? { result };
  }

  /**
   * Runs a stage after `execute`. Messages cannot end the incident any more, because a change of the cluster has to be
   * verified or undone.
   */
  stageAfterExecution<T>(name: Stage, work: () => Promise<T>): Promise<T> {
    this.#status.stage = name;
    return work();
  }

  /** Opens a dossier for decisions and edits. The approval of a requester does not count. */
  offer({ playbook, dossier, obligation }: Rehearsed, requesters: readonly Person[]): void {
    this.#status.dossier = dossier;
    this.#decisions.offer({ ...dossier, obligation, requesters });
    this.#edits.offer(dossier.digest);
    this.#editable = { playbook };
  }

  /** Returns true if the incident no longer waits for people: they decided or edited, or alerts ended the incident. */
  isSettled(): boolean {
    if (this.#isResolved() || this.#isFlapping()) return true;
    return this.#decisions.approval()?.state !== 'waiting' || this.#edits.admitted() !== undefined;
  }

  /** Returns true if the gateway is checking neither a decision nor an edit. */
  isIdle(): boolean {
    return this.#decisions.isIdle() && this.#edits.isIdle();
  }

  /** Rejects decisions and edits from now on. */
  rejectDecisions(): void {
    this.#editable = undefined;
    this.#decisions.close();
    this.#edits.close();
  }

  /**
   * Stops accepting messages for this incident and enters the stage `close`. The gateway invalidates a dossier as soon
   * as it admits a denial, and the workflow may see this before the answer to the denial. If `reached` is
   * `invalidated`, this method therefore waits until the gateway has checked all decisions.
   * @returns the outcome `denied` if one of these decisions is a denial, otherwise `reached`.
   */
  async stopAccepting(reached: Outcome): Promise<Outcome> {
    this.rejectDecisions();
    const outcome = reached.outcome === 'invalidated' ? ((await this.#denialAtGateway()) ?? reached) : reached;
    this.alerts.stopAccepting();
    this.#status.stage = 'close';
    return outcome;
  }

  /** Sets the outcome that the `status` Query reports. */
  setOutcome(outcome: Outcome): void {
    this.#status.outcome = outcome;
  }

  /**
   * If the gateway is checking an edit, waits for the answer. An admitted edit invalidates the open dossier.
   * @returns the admitted edit of the open dossier, or undefined if there is none.
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

  async #denialAtGateway(): Promise<Outcome | undefined> {
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

  /** Resolved alerts leave nothing to repair. A request of a person or a schedule does not depend on alerts. */
  #isResolved(): boolean {
    const { request, scheduled } = this.input;
    return !request && !scheduled && this.alerts.resolved();
  }

  #isFlapping(): boolean {
    const { occurrence } = this.input;
    return occurrence !== undefined && this.alerts.flaps() >= occurrence.flapLimit;
  }
}
