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
import { evaluatePlaybook, type PlanOrRejection } from '../evaluate-playbook.ts';
import { loadPlaybooks } from './load-playbooks.ts';

/** The result of the tests of all playbooks in a folder. */
export interface PlaybookTestResult {
  /** One text for each test that passed: `<name of the playbook> > <name of the test>`. */
  passed: string[];
  /** One text for each test that failed. If the playbooks cannot be loaded: one text with all problems. */
  failures: string[];
}

// The cluster and the time of the alert and the evidence in every test.
const testCluster = 'test';
const testTime = '2026-01-01T00:00:00Z';

/** Runs the tests of all playbooks in a folder. If one playbook is invalid, no test runs. */
export async function runPlaybookTests(folder: string): Promise<PlaybookTestResult> {
  const { playbooks, problems } = await load(folder);
  const result: PlaybookTestResult = { passed: [], failures: problems };
  for (const playbook of playbooks) {
    for (const test of playbook.tests) {
      const name = `${playbook.name} > ${test.name}`;
      const problem = await runTest(folder, playbook, test);
      if (problem) result.failures.push(`playbook ${name}: ${problem}`);
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

/** Runs one test. @returns why the test fails; undefined if the test passes. */
async function runTest(folder: string, playbook: Playbook, test: PlaybookTest): Promise<string | undefined> {
  const evidence = await evidenceOf(folder, test);
  if ('problems' in evidence) return evidence.problems.join('\n');
  return difference(test.expect, evaluatePlaybook(playbook, evidence, triggerOf(test)));
}

function triggerOf({ alert, request }: PlaybookTest): PlaybookTrigger {
  if (!alert) return { cause: 'person', alerts: [], supplied: request ?? {} };
  const labels = { ...alert.labels, alertname: alert.name };
  const firing = { cluster: testCluster, fingerprint: 'test', status: 'firing', startsAt: testTime } as const;
  return { cause: 'alert', alerts: [{ ...firing, labels, annotations: {} }], supplied: {} };
}

async function evidenceOf(folder: string, test: PlaybookTest): Promise<Evidence | { problems: string[] }> {
  const file = join(folder, 'evidence', `${test.evidence}.yaml`);
  const bytesOrProblem = await readFile(file).catch((error: Error) => error.message);
  if (typeof bytesOrProblem === 'string') return { problems: [bytesOrProblem] };
  const read = readYaml(file, bytesOrProblem, testEvidenceSchema);
  if ('problems' in read) return { problems: read.problems.map(describeProblem) };
  const { subject, objects } = read.value;
  const kept = objects.filter((object) => !test.with.some((added) => sameRef(refOf(object), refOf(added))));
  const observations = [{ source: 'test', at: testTime, objects: [...kept, ...test.with] }];
  return { version: 'airlock-evidence/1', cluster: testCluster, subject, observations };
}

/** Compares the result of a playbook with the expected result. @returns undefined if the test passes. */
function difference(expected: PlaybookTest['expect'], found: PlanOrRejection): string | undefined {
  if ('rejected' in expected) {
    const { rejected } = expected;
    if ('plan' in found)
      return `made a plan with parameters ${parametersOf(found)}; expected no plan, with the reason: ${rejected}`;
    return found.rejected.includes(rejected)
      ? undefined
      : `made no plan: ${found.rejected}; expected the reason: ${rejected}`;
  }
  const parameters = JSON.stringify(expected.parameters);
  if ('rejected' in found) return `made no plan: ${found.rejected}; expected a plan with parameters ${parameters}`;
  if (sameJson(found.plan.steps[0]?.parameters, expected.parameters)) return undefined;
  return `made a plan with parameters ${parametersOf(found)}; expected parameters ${parameters}`;
}

function parametersOf({ plan }: Extract<PlanOrRejection, { plan: unknown }>): string {
  return JSON.stringify(plan.steps[0]?.parameters);
}
