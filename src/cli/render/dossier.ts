import { dossierDigest, type Cause, type Dossier } from '../../domain/approval/dossier.ts';
import type { Plan, Step } from '../../domain/plan/plan.ts';
import { describeRule } from '../../domain/policy/policy-rule.ts';
import type { Obligation, Verdict } from '../../domain/policy/verdict.ts';
import type { Report } from '../../domain/rehearsal/report.ts';
import { either } from '../../lib/either.ts';
import { plural } from '../../lib/plural.ts';
import { plainView, type View } from './output.ts';
import { renderPage, type Section } from './page.ts';
import { countedLines } from './counted-lines.ts';
import { diffLines } from './diff.ts';
import { findingSections } from './report.ts';
import type { Cell, Table } from './table.ts';

/**
 * Renders the page that an approver reads. The page shows only data of the dossier, so the digest that people approve
 * covers all shown data.
 */
export function renderDossier(dossier: Dossier, view: View = plainView): string {
  return renderPage(dossierSections(dossier, view), view.terminal).join('\n');
}

/** Returns the sections of the page that an approver reads. */
export function dossierSections(dossier: Dossier, view: Pick<View, 'wide'>): Section[] {
  const { plan, verdict, rules, fieldManagers, createdAt, expiresAt } = dossier;
  const { report } = dossier.rehearsal.statement;
  return [
    ['DOSSIER', [originTable(dossier, view)]],
    ['WHAT CHANGES', [plan.summary, ...plan.steps.map(stepLine), ...diffLines(report.diff)]],
    ['FIELD MANAGERS OF THE CHANGED FIELDS', fieldManagerLines(fieldManagers)],
    ...findingSections(report),
    ['UNDO', undoLines(plan)],
    [
      'TEMPORARY PERMISSIONS',
      [
        ...rules.do.map((rule) => `for the plan  ${describeRule(rule)}`),
        ...rules.undo.map((rule) => `for the undo  ${describeRule(rule)}`),
      ],
    ],
    ['POLICY', verdictBlocks(verdict)],
    ['DOSSIER DIGEST', [dossierDigest(dossier), `dossier created at ${createdAt}, valid until ${expiresAt}`]],
  ];
}

function originTable(dossier: Dossier, { wide }: Pick<View, 'wide'>): Table {
  const { cause, requesters, incident, trace, plan, rehearsal } = dossier;
  const { name, digest } = plan.playbook;
  const { takenAt, report } = rehearsal.statement;
  const rows = [
    ['opened by', describeCause(cause)],
    ['incident', incident],
    ['cluster', plan.cluster],
    ['changes objects in', plan.namespace ? `namespace ${plan.namespace}` : 'no namespace (cluster-scoped objects)'],
    ['playbook', wide ? `${name} ${digest}` : name],
    ['rehearsed on', `${sandboxOfFidelity[report.fidelity]}, loaded with the cluster's state at ${takenAt}`],
  ];
  const people = requesters.map(({ subject, issuer }) => `${subject} (issuer ${issuer})`);
  if (people.length > 0) {
    rows.push(['requested or edited by', `${people.join(', ')}; requesters and editors cannot approve this dossier`]);
  }
  if (wide) rows.push(['trace', trace]);
  return { columns: [{}, { fit: 'wrap' }], rows };
}

const sandboxOfFidelity: Record<Report['fidelity'], string> = {
  'control-plane': 'a real control plane with simulated nodes',
  kind: 'a cluster of kind (Kubernetes in Docker)',
};

function describeCause(cause: Cause): string {
  switch (cause.kind) {
    case 'alert':
      return `alert ${cause.name}, fingerprint ${cause.fingerprints.join(', ')}`;
    case 'person':
      return `a person's request: ${cause.name}; reason: ${cause.reason}`;
    case 'schedule':
      return `schedule ${cause.name}`;
  }
}

function stepLine({ id, action, parameters }: Step): string {
  const shownParameters = Object.entries(parameters).map(([name, value]) => {
    const isTime = action === 'restart-workload' && name === 'at';
    return `${name}=${value}${isTime ? timeInBrackets(Number(value)) : ''}`;
  });
  return `step ${id}: ${action} ${shownParameters.join(' ')}`;
}

/** Formats a Unix time as ` (2026-01-31T12:00:00Z)`. Returns an empty text if `Date` cannot represent the time. */
function timeInBrackets(seconds: number): string {
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? '' : ` (${time.toISOString().replace('.000Z', 'Z')})`;
}

function fieldManagerLines(managers: Dossier['fieldManagers']): Cell[] {
  if (managers.length === 0) return ['none except Airlock'];
  const lines = managers.map(({ manager, field, warning }): Cell => {
    // Kubernetes records `unknown` for a client that names neither a field manager nor a user agent.
    const line = `${field}: ${manager === 'unknown' ? 'a client that named no field manager' : manager}`;
    return warning ? { text: `${line}; ${warning}`, style: 'yellow' } : line;
  });
  return countedLines(lines, 'entries');
}

function undoLines({ undo, noUndo }: Plan): Cell[] {
  if (undo.length > 0) return undo.map(stepLine);
  return [{ text: `NOT POSSIBLE: ${noUndo ?? 'the plan gives no reason'}`, style: 'red' }];
}

function verdictBlocks(verdict: Verdict): (Cell | Table)[] {
  const reasons = verdict.reasons.map(({ rule, sentence }) => `${sentence} (rule ${rule})`);
  if (!verdict.allowed) return [{ text: 'denied', style: 'red' }, ...reasons];
  const { tier, phase, execute, obligation } = verdict;
  const approvalPhrase = obligation.approvals === 0 ? 'without approval' : 'only after approval';
  const rows = [
    ['tier', tier],
    ['trust phase', `${phase}: this plan is ${execute ? `executed ${approvalPhrase}` : 'never executed'}`],
    ['approvals needed', describeApprovals(obligation)],
    ...reasons.map((reason) => ['why this tier', reason]),
  ];
  return [{ columns: [{}, { fit: 'wrap' }], rows }];
}

function describeApprovals({ approvals, groups, distinctGroups }: Obligation): string {
  if (approvals === 0) return 'none';
  const people = plural(approvals, 'person', 'people');
  const anyGroup = either(groups);
  if (approvals === 1) return `${people} of group ${anyGroup}`;
  const approvers = distinctGroups
    ? `${people}, each of a different group (${anyGroup})`
    : `${people} of group ${anyGroup}`;
  return `${approvers}; several approvals by one person count once`;
}
