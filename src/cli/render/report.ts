import { describeRef } from '../../domain/kubernetes/object.ts';
import type { ChangeLine, Check, Prediction, Report } from '../../domain/rehearsal/report.ts';
import type { Section } from './page.ts';
import type { Cell, Table } from './table.ts';

/** The report alone, for a person who takes over where no dossier was offered. */
export function reportSections(report: Report): Section[] {
  return [['REHEARSED CHANGE', diffLines(report.diff)], ...findingSections(report)];
}

/** What a rehearsal found: its predictions, its checks, and what it could not know. */
export function findingSections({ outcome, reason, predictions, checks, unknowns }: Report): Section[] {
  const result: Cell = { text: `${outcome}: ${reason}`, style: outcome === 'safe' ? 'green' : 'red' };
  return [
    ['PREDICTED RESULT', predictions.length > 0 ? [predictionTable(predictions)] : []],
    ['REHEARSAL', [result, ...checks.flatMap(checkLines)]],
    ['NOT KNOWN', unknowns],
  ];
}

/** The fields that change, by object: the old value after `-`, the new one after `+`. */
export function diffLines(diff: readonly ChangeLine[]): Cell[] {
  const byObject = Map.groupBy(diff, ({ object }) => describeRef(object));
  return [...byObject].flatMap(([object, lines]): Cell[] => [object, ...lines.flatMap(changeLines)]);
}

function changeLines({ path, before, after }: ChangeLine): Cell[] {
  const lines: Cell[] = [];
  if (before !== null) lines.push({ text: `- ${path}: ${before}`, style: 'red' });
  if (after !== null) lines.push({ text: `+ ${path}: ${after}`, style: 'green' });
  return lines;
}

function predictionTable(predictions: readonly Prediction[]): Table {
  const rows = predictions.map(({ object, measurement, value, grade, why }) => [
    grade,
    `${describeRef(object)} ${measurement} = ${value ?? 'none'}: ${why}`,
  ]);
  return { columns: [{ minWidth: longestGrade }, { fit: 'wrap' }], rows };
}

const longestGrade = 'observed'.length;

function checkLines({ id, passed, sentence, details }: Check): Cell[] {
  if (passed) return [`passed  ${id}: ${sentence}`];
  return [{ text: `FAILED  ${id}: ${sentence}`, style: 'red' }, ...details.map((detail) => `        ${detail}`)];
}
