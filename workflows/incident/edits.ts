import {
  editSchema,
  purposeOfEdit,
  type AdmittedEdit,
  type Edit,
  type EditAnswer,
} from '../../src/domain/approval/edit.ts';
import { checkSignInTime } from '../../src/domain/approval/sign-in.ts';
import { unverifiedClaims } from '../../src/domain/approval/token-claims.ts';
import type { Digest } from '../../src/lib/digest.ts';
import { execution } from '../activity-options.ts';
import type { RemediationInput } from '../messages.ts';
import { refusal, inspectToken } from './inspect-token.ts';

/** Limit on the admitted edits of one incident. Each admitted edit costs a new rehearsal and a new dossier. */
const maxEdits = 10;

/** A dossier that is open for edits. */
interface EditableDossier {
  digest: Digest;
  /** ISO 8601. The person must sign in after this time. */
  createdAt: string;
}

/** The edits of one incident. At most one dossier is open at a time. At most one edit of a dossier is admitted. */
export interface Edits {
  /** Handles the Update `edit`. */
  edit(edit: Edit): Promise<EditAnswer>;
  /**
   * Validates the Update `edit`.
   * @throws ApplicationFailure with the reason. Temporal returns the reason to the sender of the Update, and writes no
   * event to the history.
   */
  validate(edit: unknown): void;
  /** Opens a dossier for edits. The dossier that was offered before is no longer open. */
  offer(dossier: EditableDossier): void;
  /** Rejects all edits from now on. */
  rejectAll(): void;
  /** Returns the admitted edit of the dossier that was offered last; undefined if there is no such edit. */
  admitted(): AdmittedEdit | undefined;
  /** Returns true if the gateway is checking no edit. */
  isIdle(): boolean;
}

/**
 * Creates the edits of an incident. First, this code checks an edit, except the signature of the token. If the edit
 * passes, the gateway checks the edit completely, and admits or refuses the edit.
 */
export function createEdits({ incident, request, signIn }: RemediationInput): Edits {
  let offered: EditableDossier | undefined;
  let rejectsAll = false;
  let editsAtGateway = 0;
  const allAdmitted: AdmittedEdit[] = [];
  const admitted = (): AdmittedEdit | undefined => allAdmitted.find(({ dossier }) => dossier === offered?.digest);
  /** The admitted edit with the same nonce, by the same person. Another token for it has the same answer. */
  const sameEdit = (edit: Edit): AdmittedEdit | undefined => {
    const claims = unverifiedClaims(edit.token);
    const { nonce } = purposeOfEdit(edit);
    if (claims?.nonce !== nonce) return undefined;
    const { iss, sub } = claims;
    return allAdmitted.find((one) => one.issuer === iss && one.subject === sub && purposeOfEdit(one).nonce === nonce);
  };
  const assertEditable = ({ dossier }: Edit): EditableDossier => {
    if (rejectsAll || !offered) throw refusal('no-open-dossier', 'no dossier of this incident is open for edits');
    if (dossier !== offered.digest)
      throw refusal('edit-refused', `the edit is about another dossier: the open dossier is ${offered.digest}`);
    if (editsAtGateway > 0 || admitted())
      throw refusal('edit-refused', 'another edit of this dossier came first: wait, then edit the open dossier');
    if (allAdmitted.length >= maxEdits)
      throw refusal('edit-refused', `this incident has ${maxEdits} edits (the limit): approve or deny the dossier`);
    if (request?.requested.kind === 'undo')
      throw refusal('edit-refused', 'an undo cannot be edited: approve or deny the dossier');
    return offered;
  };
  return {
    async edit(edit) {
      const earlier = sameEdit(edit);
      if (earlier) return { admitted: earlier };
      editsAtGateway += 1;
      try {
        const answer = await execution.admitEdit({ incident: incident.id, trace: incident.trace, edit });
        if ('admitted' in answer) allAdmitted.push(answer.admitted);
        return answer;
      } finally {
        editsAtGateway -= 1;
      }
    },
    validate(edit) {
      const parsed = editSchema.safeParse(edit);
      if (!parsed.success) throw refusal('bad-input', 'malformed edit');
      if (sameEdit(parsed.data)) return;
      const { createdAt } = assertEditable(parsed.data);
      const token = inspectToken(purposeOfEdit(parsed.data), parsed.data.token, signIn);
      if ('refused' in token) throw refusal('edit-refused', token.refused);
      const old = checkSignInTime(token, createdAt);
      if (old) throw refusal('edit-refused', old);
    },
    offer(dossier) {
      offered = dossier;
    },
    rejectAll() {
      rejectsAll = true;
    },
    admitted,
    isIdle: () => editsAtGateway === 0,
  };
}
