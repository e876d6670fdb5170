import { editSchema, proofOfEdit, type AdmittedEdit, type Edit } from '../src/domain/approval/edit.ts';
import type { Digest } from '../src/lib/digest.ts';
import type { EditAnswer } from '../src/domain/ports.ts';
import { execution } from './activity-options.ts';
import type { RemediationInput } from './messages.ts';
import { refusal, visibleProof } from './visible-proof.ts';

/** Limits the number of dossiers of one incident: each edit costs a rehearsal. */
const mostEdits = 10;

/** Edits of the open dossier. At most one dossier is open at a time, and it is edited at most once. */
export interface Edits {
  /** Handles the Update `edit`. */
  edit(edit: Edit): Promise<EditAnswer>;
  /** Validates the Update `edit`. @throws ApplicationFailure, which leaves no event in the history. */
  validate(edit: unknown): void;
  offer(dossier: Digest): void;
  /** Rejects edits from now on. */
  close(): void;
  /** The admitted edit of the dossier that was offered last. */
  admitted(): AdmittedEdit | undefined;
  /** True while the gateway is checking no edit. */
  isQuiet(): boolean;
}

/** Malformed edits, and edits of another dossier, are rejected here. The gateway checks and admits all others. */
export function createEdits({ incident, request, proofs }: RemediationInput): Edits {
  let open: Digest | undefined;
  let closed = false;
  let asking = 0;
  const all: AdmittedEdit[] = [];
  const admitted = (): AdmittedEdit | undefined => all.find(({ dossier }) => dossier === open);
  const mustBeOpen = ({ dossier }: Edit): void => {
    if (closed || !open) throw refusal('no-open-dossier', 'no dossier of this incident is open for edits');
    if (dossier !== open) throw refusal('edit-refused', `the edit is of another dossier than the open one, ${open}`);
    if (asking > 0 || admitted()) throw refusal('edit-refused', 'somebody edits it already: wait for the next dossier');
    if (all.length >= mostEdits) throw refusal('edit-refused', `it was edited ${mostEdits} times: ask anew`);
    if (request?.wanted.kind === 'undo') throw refusal('edit-refused', 'an undo is taken as it is, or denied');
  };
  return {
    async edit(edit) {
      asking += 1;
      try {
        const answer = await execution.admitEdit({ incident: incident.id, trace: incident.trace, edit });
        if ('admitted' in answer) all.push(answer.admitted);
        return answer;
      } finally {
        asking -= 1;
      }
    },
    validate(edit) {
      const parsed = editSchema.safeParse(edit);
      if (!parsed.success) throw refusal('bad-input', 'this has not the form of an edit');
      mustBeOpen(parsed.data);
      const proof = visibleProof(proofOfEdit(parsed.data), parsed.data.proof, proofs);
      if ('refused' in proof) throw refusal('edit-refused', proof.refused);
    },
    offer: (dossier) => void (open = dossier),
    close: () => void (closed = true),
    admitted,
    isQuiet: () => asking === 0,
  };
}
