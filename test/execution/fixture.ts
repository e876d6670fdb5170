import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { propose, type StepDraft } from '../../src/actions/propose.ts';
import { rulesOf } from '../../src/actions/rbac.ts';
import type { Dossier } from '../../src/domain/approval/dossier.ts';
import { dossierSchema } from '../../src/domain/approval/dossier.ts';
import { canonicalJson } from '../../src/lib/json/json.ts';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import type { Incident } from '../../src/domain/incident/incident.ts';
import { planDigest, type Plan } from '../../src/domain/plan/plan.ts';
import type { ReportVerifier } from '../../src/domain/rehearsal/ports.ts';
import type { Report, SignedReport } from '../../src/domain/rehearsal/report.ts';
import type { Verdict } from '../../src/domain/policy/verdict.ts';

export const incident: Incident = {
  id: 'inc-0123456789abcdef',
  cluster: 'east',
  trace: 'trace-1',
  startsAt: '2026-11-21T12:00:00Z',
};

/** Signs rehearsal reports and verifies their signatures. */
export interface ReportKey {
  sign: (statement: unknown) => string | Promise<string>;
  reports: ReportVerifier;
}

/** A new Ed25519 key in the role of Vault's transit key `report`. */
export function observer(): ReportKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const bytes = (statement: unknown): Buffer => Buffer.from(canonicalJson(statement));
  return {
    sign: (statement) => sign(null, bytes(statement), privateKey).toString('base64'),
    reports: {
      verify: async (statement, signature) =>
        verify(null, bytes(statement), publicKey, Buffer.from(signature, 'base64')),
    },
  };
}

export function deployment(name: string, replicas: number): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: '1' },
    spec: { replicas },
  };
}

/** A plan that scales Deployments of namespace shop from their present replicas. */
export function scalePlan(objects: KubeObject[], replicas: Record<string, number>): Plan {
  const steps = Object.entries(replicas).map(([name, to]): StepDraft => {
    const from = objects.find((object) => object.metadata.name === name)?.['spec'].replicas;
    return { action: 'scale-workload', parameters: { deployment: name, from, to } };
  });
  return {
    version: 'airlock-plan/1',
    cluster: 'east',
    namespace: 'shop',
    playbook: { name: 'capacity', digest: `sha256:${'1'.repeat(64)}` },
    action: 'scale-workload',
    success: ['replicas'],
    summary: 'scale',
    ...propose('shop', steps, objects),
  };
}

/** A report that finds the plan safe. */
export function safeReport(plan: Plan): Report {
  const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
  return {
    version: 'airlock-report/1',
    fidelity: 'control-plane',
    plan: planDigest(plan),
    outcome: 'safe',
    reason: 'every check passed',
    checks: [{ id: 'scheduled', passed: true, sentence: 'every pod has a node', details: [] }],
    predictions: [{ object, measurement: 'replicas', value: 4, grade: 'proved', why: 'the controller did it' }],
    unknowns: ['metric-driven scaling'],
    preconditions: Object.fromEntries(
      [...plan.steps, ...plan.undo].map(({ id, precondition }) => [id, { ...precondition }]),
    ),
    diff: [],
    record: { seconds: 1, timeline: [], placement: {} },
  };
}

/** A report in a statement, signed as the observer signs it. */
export function signed(
  signStatement: ReportKey['sign'],
  report: Report,
  change: Partial<SignedReport['statement']> = {},
): Promise<SignedReport> {
  const statement: SignedReport['statement'] = {
    version: 'airlock-statement/1',
    cluster: incident.cluster,
    incident: incident.id,
    takenAt: new Date().toISOString(),
    snapshot: `sha256:${'2'.repeat(64)}`,
    report,
    ...change,
  };
  return Promise.resolve(signStatement(statement)).then((signature) => ({ statement, signature }));
}

/** A verdict that allows, with this obligation. */
export function allowed(approvals: number, groups: string[], distinctGroups = false): Verdict & { allowed: true } {
  const obligation = { approvals, groups, distinctGroups };
  return { allowed: true, tier: 'low', phase: 'limited', execute: true, obligation, reasons: [] };
}

/** Every group whose approvals can count. */
const groups = ['sre', 'lead', 'owner'];
export const approverGroups = { low: groups, medium: groups, high: groups };

/** A gateway that demands no step-up, and no word of the provider about what it showed. */
export const anySignIn = { authorizationDetails: 'optional', stepUp: { low: {}, medium: {}, high: {} } } as const;

/** The obligation of Airlock's own policy for the medium tier. */
export const oneLead: Verdict & { allowed: true } = { ...allowed(1, ['lead', 'owner']), tier: 'medium' };

/** A dossier that passes every check for ten minutes from `now`. */
export function dossierOf(plan: Plan, rehearsal: SignedReport, now: Date, verdict: Verdict = oneLead): Dossier {
  return dossierSchema.parse({
    version: 'airlock-dossier/1',
    incident: incident.id,
    trace: incident.trace,
    cause: { kind: 'alert', name: 'TooFewReplicas', fingerprints: ['f1'] },
    requesters: [],
    plan,
    rehearsal,
    verdict,
    rules: { do: rulesOf(plan, 'do'), undo: rulesOf(plan, 'undo') },
    fieldManagers: [],
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + 600_000).toISOString(),
  });
}
