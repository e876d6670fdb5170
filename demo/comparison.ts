import { z } from 'zod';
import type { Dossier } from '../src/domain/approval/dossier.ts';
import type { JournalRecord } from '../src/domain/journal/journal.ts';
import { describeRef } from '../src/domain/kubernetes/object.ts';
import type { StoryResult } from './stories/story.ts';

const value = z.union([z.string(), z.number(), z.null()]);
const bodySchema = z.object({ compared: z.array(z.object({ what: z.string(), predicted: value, actual: value })) });

/**
 * Returns each value that the verification compared: predicted and measured, with the grade from the approved dossier.
 * Returns an empty list if the verification did not complete.
 */
export function comparisonOf(records: readonly JournalRecord[], { rehearsal }: Dossier): StoryResult['comparison'] {
  const parsed = bodySchema.safeParse(records.find(({ kind }) => kind === 'verification.completed')?.body);
  if (!parsed.success) return [];
  const { predictions } = rehearsal.statement.report;
  const grades = new Map(
    predictions.map(({ object, measurement, grade }) => [`${describeRef(object)} ${measurement}`, grade]),
  );
  return parsed.data.compared.map(({ what, predicted, actual }) => ({
    measurement: what,
    grade: grades.get(what) ?? '',
    predicted: shown(predicted),
    actual: shown(actual),
  }));
}

function shown(value: string | number | null): string {
  const text = String(value ?? 'none');
  return text.startsWith('sha256:') ? `${text.slice(0, 19)}…` : text;
}

/**
 * Returns one sentence for each prediction that differs from the measured value. An empty comparison is a problem too:
 * the verification compared nothing.
 */
export function differing(comparison: StoryResult['comparison']): string[] {
  if (comparison.length === 0) return ['the verification compared nothing'];
  const wrong = comparison.filter(({ predicted, actual }) => predicted !== actual);
  return wrong.map(({ measurement, predicted, actual }) => `${measurement}: predicted ${predicted}, is ${actual}`);
}
