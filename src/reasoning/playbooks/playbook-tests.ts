import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { AirlockError } from '../../lib/error.ts';
import type { Evidence } from '../../domain/plan/evidence.ts';
import { sameJson } from '../../lib/json/json.ts';
import { refOf, sameRef } from '../../domain/kubernetes/object.ts';
import { testEvidenceSchema, type PlaybookTest } from '../../domain/plan/playbook.ts';
import { describeProblem, readYaml } from '../../platform/read-yaml.ts';
import type { PlaybookTrigger } from '../triggering-alert.ts';
import type { Playbook } from './compile.ts';
import { evaluatePlaybook, type Evaluation } from '../evaluate-playbook.ts';
import { loadPlaybooks } from './load-playbooks.ts';

/** The result of the tests of all playbooks in a folder. */
export interface PlaybookTestResult {
  /** Names of the tests that passed. */
  passed: string[];
  /** One text for each test that failed. If a playbook is invalid: one text with all problems of the folder. */
  failed: string[];
}

const cluster = 'test';
const at = '2026-01-01T00:00:00Z';

/**
 * Runs the tests in the playbooks of a folder. If one playbook is invalid, no test runs: the result contains the
 * problems, and no error is thrown.
 */
export async function runPlaybookTests(folder: string): Promise<PlaybookTestResult> {
  const { playbooks, problems } = await load(folder);
  const result: PlaybookTestResult = { passed: [], failed: problems };
  for (const playbook of playbooks) {
    for (const test of playbook.tests) {
      const name = `${playbook.name} > ${test.name}`;
      const problem = await run(folder, playbook, test);
      if (problem) result.failed.push(`playbook ${name}: ${problem}`);
      else result.passed.push(name);
    }
  }
  return result;
}

async function load(folder: string): Promise<{ playbooks: Playbook[]; problems: string[] }> {
  try {
    return { playbooks: await loadPlaybooks(folder), problems: [] };
  } catch (error) {
    if (error instanceof AirlockError) return { playbooks: [], problems: [error.message] };
    throw error;
  }
}

async function run(folder: string, playbook: Playbook, test: PlaybookTest): Promise<string | undefined> {
  const evidence = await evidenceOf(folder, test);
  if ('problems' in evidence) return evidence.problems.join('\n');
  return difference(test.expect, evaluatePlaybook(playbook, evidence, triggerOf(test)));
}

function triggerOf({ alert, request }: PlaybookTest): PlaybookTrigger {
  if (!alert) return { cause: 'person', alerts: [], supplied: request ?? {} };
  const labels = { ...alert.labels, alertname: alert.name };
  const firing = { cluster, fingerprint: 'test', status: 'firing', startsAt: at, labels, annotations: {} } as const;
  return { cause: 'alert', alerts: [firing], supplied: {} };
}

async function evidenceOf(folder: string, test: PlaybookTest): Promise<Evidence | { problems: string[] }> {
  const file = join(folder, 'evidence', `${test.evidence}.yaml`);
  const bytes = await readFile(file).catch((error: Error) => error.message);
  if (typeof bytes === 'string') return { problems: [bytes] };
  const read = readYaml(file, bytes, testEvidenceSchema);
  if ('problems' in read) return { problems: read.problems.map(describeProblem) };
  const { subject, objects } = read.value;
  const kept = objects.filter((object) => !test.with.some((other) => sameRef(refOf(object), refOf(other))));
  const observations = [{ source: 'test', at, objects: [...kept, ...test.with] }];
  return { version: 'airlock-evidence/1', cluster, subject, observations };
}

function difference(expected: PlaybookTest['expect'], found: Evaluation): string | undefined {
  if ('rejected' in expected) {
    const { rejected } = expected;
    if ('plan' in found) return `was chosen with ${parametersOf(found)}, expected to be rejected: ${rejected}`;
    return found.rejected.includes(rejected) ? undefined : `was rejected: ${found.rejected}; expected: ${rejected}`;
  }
  if ('rejected' in found) return `was rejected: ${found.rejected}`;
  if (sameJson(found.plan.steps[0]?.parameters, expected.parameters)) return undefined;
  return `has parameters ${parametersOf(found)}, expected ${JSON.stringify(expected.parameters)}`;
}

function parametersOf({ plan }: Extract<Evaluation, { plan: unknown }>): string {
  return JSON.stringify(plan.steps[0]?.parameters);
}
