import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { recordOfAdmission, type Admission } from '../../domain/approval/admission.ts';
import type { JournalRecord } from '../../domain/journal/journal.ts';
import { archiveProblems, type RecordedAdmission } from './archive-problems.ts';

const person = { issuer: 'https://idp.example', subject: 'lea', groups: ['lead'] };
const signIn = `sha256:${'9'.repeat(64)}` as const;
const common = { ...person, signIn, admittedAt: '2026-11-21T12:00:00.000Z' };
const dossier = `sha256:${'1'.repeat(64)}` as const;
const denial = { dossier, verb: 'deny', reason: 'no' } as const;
const admissions: Admission[] = [
  {
    kind: 'request',
    content: { cluster: 'east', requested: { kind: 'playbook', playbook: 'capacity', parameters: {} }, reason: 'why' },
    token: `sha256:${'a'.repeat(64)}`,
    ...common,
  },
  { kind: 'decision', content: { ...denial, list: [denial] }, token: `sha256:${'b'.repeat(64)}`, ...common },
  {
    kind: 'edit',
    content: { dossier, parameters: { to: 3 }, reason: 'less' },
    token: `sha256:${'c'.repeat(64)}`,
    ...common,
  },
];
const rows: RecordedAdmission[] = admissions.map((admission, index) => ({ ...admission, record: index + 7 }));
const records: JournalRecord[] = rows.map((row) => ({
  ...recordOfAdmission(row),
  seq: row.record,
  at: common.admittedAt,
  writer: 'airlock_gateway',
  incident: 'inc-1',
  trace: 't',
}));
const [request, decision, edit] = rows as [RecordedAdmission, RecordedAdmission, RecordedAdmission];

describe('archiveProblems', () => {
  it('finds none if each row has its record, whatever the order, and ignores other records', () => {
    const refused: JournalRecord = { ...records[0]!, seq: 3, kind: 'decision.refused' };
    assert.deepEqual(archiveProblems(rows.toReversed(), [refused, ...records]), []);
    assert.deepEqual(archiveProblems([], []), []);
  });

  it('finds each record without a row', () => {
    for (const [index, row] of rows.entries()) {
      const problems = archiveProblems(rows.toSpliced(index, 1), records);
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? '', new RegExp(`^record ${row.record} of the journal \\(.*\\) has no row`));
    }
  });

  it('finds each row without a record, and a record that another process wrote', () => {
    for (const index of rows.keys()) {
      const isMissing = /the journal is not the record of this row/;
      assert.match(archiveProblems(rows, records.toSpliced(index, 1))[0] ?? '', isMissing);
      const forged: JournalRecord = { ...records[index]!, writer: 'airlock_serve' };
      assert.match(archiveProblems(rows, records.with(index, forged))[0] ?? '', isMissing);
    }
  });

  const changes: [string, RecordedAdmission][] = [
    ['another verb', { ...decision, content: { dossier, verb: 'approve', reason: 'no' } } as RecordedAdmission],
    ['another person', { ...decision, subject: 'olga' }],
    ['other groups', { ...decision, groups: ['owner'] }],
    ['another token', { ...decision, token: `sha256:${'d'.repeat(64)}` }],
    ['another record', { ...decision, record: request.record }],
    ['another kind', { ...edit, record: decision.record }],
  ];
  for (const [what, changed] of changes) {
    it(`finds a row with ${what}`, () => {
      const problems = archiveProblems([request, changed, edit], records);
      assert.ok(problems.some((problem) => problem.includes('is not the record of this row')));
      assert.ok(problems.some((problem) => problem.startsWith('record 8 of the journal')));
    });
  }

  it('finds two rows with one record', () => {
    assert.equal(archiveProblems([...rows, decision], records).length, 1);
  });
});
