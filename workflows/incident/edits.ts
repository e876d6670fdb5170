import { editSchema, purposeOfEdit, type AdmittedEdit, type Edit } from '../../src/domain/approval/edit.ts';
import type { Digest } from '../../src/lib/digest.ts';
import type { EditAnswer } from '../../src/domain/approval/edit.ts';
import { execution } from '../activity-options.ts';
import type { RemediationInput } from '../messages.ts';
import { refusal, inspectToken } from './inspect-token.ts';

/** Limit on the edits of one incident, because each edit leads to another rehearsal and another dossier. */
const maxEdits = 10;

/** Edits of the open dossier. At most one dossier is open at a time, and each dossier is edited at most once. */
export interface Edits {
  /** Handles the Update `edit`. */
  edit(edit: Edit): Promise<EditAnswer>;
  /**
   * Validates the Update `edit`. @throws ApplicationFailure: the caller gets the reason, and the history gets no event.
   */
  validate(edit: unknown): void;
  /** Opens a dossier for edits. */
  offer(dossier: Digest): void;
  /** Rejects all edits from now on. */
  close(): void;
  /** Returns the edit of the last offered dossier, or undefined if the gateway has admitted no edit of this dossier. */
  admitted(): AdmittedEdit | undefined;
  /** Returns true if the gateway is checking no edit. */
  isIdle(): boolean;
}

/**
 * Creates the edits of an incident. This code rejects an edit that is wrong even without a check of the signature. The
 * gateway checks all other edits, and admits or refuses each.
 */
export function createEdits({ incident, request, signIn }: RemediationInput): Edits {
  let open: Digest | undefined;
  let closed = false;
  let checking = 0;
  const allAdmitted: AdmittedEdit[] = [];
  const admitted = (): AdmittedEdit | undefined => allAdmitted.find(({ dossier }) => dossier === open);
  const assertEditable = ({ dossier }: Edit): void => {
    if (closed || !open) throw refusal('no-open-dossier', 'no dossier of this incident is open for edits');
    if (dossier !== open) throw refusal('edit-refused', `the edit is about another dossier: the open one is ${open}`);
    if (checking > 0 || admitted())
      throw refusal('edit-refused', 'another edit of this dossier came first: wait for the next dossier');
    if (allAdmitted.length >= maxEdits)
      throw refusal('edit-refused', `this incident was edited ${maxEdits} times already: make a new request`);
    if (request?.requested.kind === 'undo')
      throw refusal('edit-refused', 'an undo cannot be edited: approve or deny it');
  };
  return {
    async edit(edit) {
      checking += 1;
      try {
        const answer = await execution.admitEdit({ incident: incident.id, trace: incident.trace, edit });
        if ('admitted' in answer) allAdmitted.push(answer.admitted);
        return answer;
      } finally {
        checking -= 1;
      }
    },
    validate(edit) {
      const parsed = editSchema.safeParse(edit);
      if (!parsed.success) throw refusal('bad-input', 'malformed edit');
      assertEditable(parsed.data);
      const token = inspectToken(purposeOfEdit(parsed.data), parsed.data.token, signIn);
      if ('refused' in token) throw refusal('edit-refused', token.refused);
    },
    offer(dossier) {
      open = dossier;
    },
    close() {
      closed = true;
    },
    admitted,
    isIdle: () => checking === 0,
  };
}
