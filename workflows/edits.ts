import { condition, setHandler } from '@temporalio/workflow';
import { editSchema, proofOfEdit, type AdmittedEdit, type Edit } from '../src/domain/edit.ts';
import type { Digest } from '../src/domain/digest.ts';
import { execution } from './activity-options.ts';
import { editUpdate, type RemediationInput } from './messages.ts';
import { refusal, visibleProof } from './visible-proof.ts';

/** Whoever needs more wants another plan. */
const mostEdits = 10;

/** Edits of the one dossier that is open, if one is. */
export interface Edits {
  offer(dossier: Digest): void;
  /** From now on nothing can be edited any more. */
  close(): void;
  /** The admitted edit of the open dossier. */
  taken(): AdmittedEdit | undefined;
  /** True while no edit is at the gateway. */
  quiet(): boolean;
  /** The same, when the gateway has answered for all that arrived. */
  settled(): Promise<AdmittedEdit | undefined>;
}

/** Takes edits from now on, one per dossier; what is visibly none is refused without a trace. */
export function takeEdits({ incident, request, proofs }: RemediationInput): Edits {
  let open: Digest | undefined;
  let closed = false;
  let asking = 0;
  const admitted: AdmittedEdit[] = [];
  const taken = (): AdmittedEdit | undefined => admitted.find(({ dossier }) => dossier === open);
  const mustBeOpen = ({ dossier }: Edit): void => {
    if (closed || !open) throw refusal('no-open-dossier', 'no dossier of this incident is open for edits');
    if (dossier !== open) throw refusal('edit-refused', `the edit is of another dossier than the open one, ${open}`);
    if (asking > 0 || taken()) throw refusal('edit-refused', 'somebody edits it already: wait for the next dossier');
    if (admitted.length >= mostEdits) throw refusal('edit-refused', `it was edited ${mostEdits} times: ask anew`);
    if (request?.wanted.kind === 'undo') throw refusal('edit-refused', 'an undo is taken as it is, or denied');
  };
  setHandler(
    editUpdate,
    async (edit) => {
      asking += 1;
      try {
        const answer = await execution.admitEdit({ incident: incident.id, trace: incident.trace, edit });
        if ('admitted' in answer) admitted.push(answer.admitted);
        return answer;
      } finally {
        asking -= 1;
      }
    },
    {
      validator(edit) {
        const parsed = editSchema.safeParse(edit);
        if (!parsed.success) throw refusal('bad-input', 'this has not the form of an edit');
        mustBeOpen(parsed.data);
        const proof = visibleProof(proofOfEdit(parsed.data), parsed.data.proof, proofs);
        if ('refused' in proof) throw refusal('edit-refused', proof.refused);
      },
    },
  );
  return {
    offer: (dossier) => void (open = dossier),
    close: () => void (closed = true),
    taken,
    quiet: () => asking === 0,
    async settled() {
      await condition(() => asking === 0);
      return taken();
    },
  };
}
