import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { receiptsOf } from '../../domain/execution/receipts.ts';
import type { Receipt } from '../../domain/execution/execution.ts';
import type { JournalRecord, RecordKind } from '../../domain/journal/journal.ts';
import type { Challenge, ExecutionRecord } from '../ledger-ports.ts';
import { compareWithJournal, type Differences, type LedgerContent } from './ledger-journal.ts';

const execution = 'exe-0123456789abcdef';
const at = '2026-11-21T12:00:00.000Z';
const digest = `sha256:${'1'.repeat(64)}` as const;
const challenge: Challenge = { challenge: 'c', madeAt: at, objectTokens: {} };
const redeemed: Challenge = { ...challenge, redeemedBy: digest };
const intended: Receipt = { step: 'do-1', state: 'intended', resourceVersion: '7', at };
const applied: Receipt = { step: 'do-1', state: 'applied', resourceVersion: '8', at };

function row(entries: Receipt[], more: Partial<ExecutionRecord> = {}): ExecutionRecord {
  const identity = {
    id: execution,
    dossier: digest,
    direction: 'do',
    incident: 'i',
    trace: 't',
    cluster: 'east',
  } as const;
  const lease = { execution, cluster: 'east', attempt: 1, leaseId: 'l', serviceAccount: 'account' };
  return { ...identity, startedAt: at, entries, receipts: receiptsOf(entries), leases: [lease], ...more };
}

function record(kind: RecordKind, body: object = {}, change: Partial<JournalRecord> = {}): JournalRecord {
  const all = { execution, ...body } as JournalRecord['body'];
  return { seq: 1, at, writer: 'airlock_gateway', kind, incident: 'i', trace: 't', message: 'm', body: all, ...change };
}

const prepared = record('execution.prepared');
const minted = record('grant.minted', { serviceAccount: 'account' });
const aboutIntended = record('step.intended', { step: 'do-1', resourceVersion: '7' });
const aboutApplied = record('step.applied', { step: 'do-1', resourceVersion: '8' });
const finished = record('execution.finished');
const result: Partial<ExecutionRecord> = { result: { outcome: 'executed', execution, receipts: [] }, finishedAt: at };

function compare(content: Partial<LedgerContent>, records: JournalRecord[]): Differences {
  const nothing = { execution, direction: 'do', record: undefined, challenge: undefined } as const;
  return compareWithJournal({ ...nothing, ...content }, records);
}

const none: Differences = { lostRows: [], unrecordedEntries: [], resultUnrecorded: false, challengeUnrecorded: false };

describe('what a crash leaves is no difference that stops a retry', () => {
  const states: Record<string, [Partial<LedgerContent>, JournalRecord[], Partial<Differences>]> = {
    'before anything': [{}, [], {}],
    'after the row of the challenge': [{ challenge }, [], { challengeUnrecorded: true }],
    'after the record of the challenge': [{ challenge }, [prepared], {}],
    'after the redemption': [{ challenge: redeemed }, [prepared], {}],
    'after the row of the execution': [{ challenge: redeemed, record: row([], { leases: [] }) }, [prepared], {}],
    'after the row of the lease': [{ challenge: redeemed, record: row([]) }, [prepared], {}],
    'after the row intended': [
      { challenge: redeemed, record: row([intended]) },
      [prepared, minted],
      { unrecordedEntries: [intended] },
    ],
    'after the record intended': [
      { challenge: redeemed, record: row([intended]) },
      [prepared, minted, aboutIntended],
      {},
    ],
    'after the row applied': [
      { challenge: redeemed, record: row([intended, applied]) },
      [prepared, minted, aboutIntended],
      { unrecordedEntries: [applied] },
    ],
    'after a second record of one row': [
      { challenge: redeemed, record: row([intended, applied]) },
      [prepared, minted, aboutIntended, aboutApplied, aboutApplied],
      {},
    ],
    'after the row of the result': [
      { challenge: redeemed, record: row([intended, applied], result) },
      [prepared, minted, aboutIntended, aboutApplied],
      { resultUnrecorded: true },
    ],
    'after the record of the result': [
      { challenge: redeemed, record: row([intended, applied], result) },
      [prepared, minted, aboutIntended, aboutApplied, finished],
      {},
    ],
  };
  for (const [name, [content, records, expected]] of Object.entries(states)) {
    test(name, () => assert.deepEqual(compare(content, records), { ...none, ...expected }));
  }
});

describe('a record without its row is a deleted row', () => {
  const full = { challenge: redeemed, record: row([intended, applied], result) };
  const records = [prepared, minted, aboutIntended, aboutApplied, finished];
  const deletions: Record<string, [Partial<LedgerContent>, JournalRecord[], RegExp]> = {
    'of a challenge': [{}, [prepared], /^challenges/],
    'of a redemption': [{ ...full, challenge }, records, /^challenge_uses/],
    'of an execution': [{ challenge: redeemed }, [prepared, minted], /^executions/],
    'of a lease': [
      { ...full, record: row([intended, applied], { ...result, leases: [] }) },
      records,
      /^execution_leases/,
    ],
    'of an entry intended': [{ ...full, record: row([applied], result) }, records, /do-1 intended at 7/],
    'of an entry applied': [{ ...full, record: row([intended], result) }, records, /do-1 applied at 8/],
    'of a result': [{ ...full, record: row([intended, applied]) }, records, /^execution_results/],
    'of an execution with its challenge': [{}, records, /^executions.*execution_results.*challenges.*challenge_uses/],
    'of an undo': [{ direction: 'undo' }, [finished], /^executions/],
  };
  for (const [name, [content, given, expected]] of Object.entries(deletions)) {
    test(name, () => assert.match(compare(content, given).lostRows.join(' '), expected));
  }
  test('but only if the gateway appended the record, about this execution', () => {
    const foreign = record('execution.finished', {}, { writer: 'airlock_serve' });
    const other = record('execution.finished', { execution: 'exe-another' });
    assert.deepEqual(compare({}, [foreign, other]), none);
  });
});
