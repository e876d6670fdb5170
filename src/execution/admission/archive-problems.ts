import { recordKindOf, recordOfAdmission, type Admission } from '../../domain/approval/admission.ts';
import type { JournalRecord } from '../../domain/journal/journal.ts';
import { sameJson } from '../../lib/json/json.ts';

/** An admission with the sequence number of its journal record, as its row in the archive says. */
export type RecordedAdmission = Admission & { record: number };

const kinds: readonly string[] = Object.values(recordKindOf);

/**
 * Compares the archive's admissions of one incident with the journal. Each admission must have its own record of the
 * gateway, and each such record its admission, with the same content, person, groups and token.
 * @param records the records of the incident.
 * @returns a sentence for each difference; empty if both agree.
 */
export function archiveProblems(admissions: readonly RecordedAdmission[], records: readonly JournalRecord[]): string[] {
  const recorded = records.filter(({ kind, writer }) => writer === 'airlock_gateway' && kinds.includes(kind));
  const unrecorded = admissions.filter((admission, index) => {
    const isFirst = admissions.findIndex(({ record }) => record === admission.record) === index;
    return !isFirst || !recorded.some((record) => isRecordOf(record, admission));
  });
  const unarchived = recorded.filter((record) => !admissions.some((admission) => isRecordOf(record, admission)));
  return [
    ...unrecorded.map(
      ({ kind, subject, admittedAt, record }) =>
        `the archive has a row of a ${kind} by ${subject}, admitted at ${admittedAt}, but record ${record} of the journal is not the record of this row`,
    ),
    ...unarchived.map(
      ({ seq, kind, message }) => `record ${seq} of the journal (${kind}: ${message}) has no row in the archive`,
    ),
  ];
}

function isRecordOf({ seq, kind, body }: JournalRecord, admission: RecordedAdmission): boolean {
  const expected = recordOfAdmission(admission);
  return seq === admission.record && kind === expected.kind && sameJson(body, expected.body);
}
