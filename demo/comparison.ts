import { z } from 'zod';
import type { Dossier } from '../src/domain/approval/dossier.ts';
import type { JournalRecord } from '../src/domain/journal/journal.ts';
import { describeRef } from '../src/domain/kubernetes/object.ts';
import type { StoryResult } from './stories/story.ts';

const valueSchema = z.union([z.string(), z.number(), z.null()]);
const verificationSchema = z.object({
  compared: z.array(z.object({ what: z.string(), predicted: valueSchema, actual: valueSchema })),
});

/**
 * Returns the values that the first verification in `records` compared. `grade` is the grade of the prediction in
 * the dossier; empty if the dossier has no such prediction. Returns an empty list if no verification was completed.
 */
export function comparisonOf(records: readonly JournalRecord[], { rehearsal }: Dossier): StoryResult['comparison'] {
  const parsed = verificationSchema.safeParse(records.find(({ kind }) => kind === 'verification.completed')?.body);
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
 * Returns one sentence for each predicted value that differs from the actual value. If the comparison is empty, returns
 * one sentence that says so.
 */
export function differencesIn(comparison: StoryResult['comparison']): string[] {
  if (comparison.length === 0) return ['no prediction was compared with the target'];
  const different = comparison.filter(({ predicted, actual }) => predicted !== actual);
  return different.map(({ measurement, predicted, actual }) => `${measurement}: predicted ${predicted}, is ${actual}`);
}
