import { dossierDigest, type Cause, type Dossier } from '../../domain/approval/dossier.ts';
import type { Plan, Step } from '../../domain/plan/plan.ts';
import { describeRule } from '../../domain/policy/policy-rule.ts';
import type { Verdict } from '../../domain/policy/verdict.ts';
import { plainView, type View } from './output.ts';
import { renderPage, type Section } from './page.ts';
import { diffLines, findingSections } from './report.ts';
import type { Cell, Table } from './table.ts';

/** One page for an approver, made of the dossier alone. */
export function renderDossier(dossier: Dossier, view: View = plainView): string {
  return renderPage(dossierSections(dossier, view), view.terminal).join('\n');
}

/** The sections of that page. */
export function dossierSections(dossier: Dossier, view: Pick<View, 'wide'>): Section[] {
  const { plan, verdict, rules, owners, createdAt, expiresAt } = dossier;
  const { report } = dossier.rehearsal.statement;
  return [
    ['CAUSE', [causeTable(dossier, view)]],
    ['WHAT CHANGES', [plan.summary, ...plan.steps.map(stepLine), ...diffLines(report.diff)]],
    ['WHO ELSE WRITES THESE FIELDS', owners.map(({ manager, field, warning }) => writerLine(manager, field, warning))],
    ...findingSections(report),
    ['UNDO', undoLines(plan)],
    [
      'TEMPORARY PERMISSIONS',
      [
        ...rules.do.map((rule) => `do    ${describeRule(rule)}`),
        ...rules.undo.map((rule) => `undo  ${describeRule(rule)}`),
      ],
    ],
    ['POLICY', verdictLines(verdict)],
    ['WHAT YOU APPROVE', [dossierDigest(dossier), `valid until ${expiresAt}, made ${createdAt}`]],
  ];
}

function causeTable(dossier: Dossier, { wide }: Pick<View, 'wide'>): Table {
  const { cause, requesters, incident, trace, plan, rehearsal } = dossier;
  const { name, digest } = plan.playbook;
  const { takenAt, report } = rehearsal.statement;
  const rows = [
    ['cause', describeCause(cause)],
    ['incident', incident],
    ['cluster', plan.cluster],
    ['scope', plan.namespace ? `namespace ${plan.namespace}` : 'objects of the whole cluster'],
    ['playbook', wide ? `${name} ${digest}` : name],
    ['rehearsed on', `the cluster's state of ${takenAt} (fidelity ${report.fidelity})`],
  ];
  const people = requesters.map(({ subject, issuer }) => `${subject} of ${issuer}`);
  if (people.length > 0) rows.push(['requested or edited by', `${people.join(', ')}: their approval does not count`]);
  if (wide) rows.push(['trace', trace]);
  return { columns: [{}, { fit: 'wrap' }], rows };
}

function describeCause(cause: Cause): string {
  switch (cause.kind) {
    case 'alert':
      return `alert ${cause.name} (fingerprints ${cause.fingerprints.join(', ')})`;
    case 'person':
      return `request for ${cause.name}: ${cause.reason}`;
    case 'schedule':
      return `schedule ${cause.name}`;
  }
}

function stepLine({ id, action, parameters }: Step): string {
  const given = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  return `${id}  ${action} ${given.join(' ')}`;
}

function writerLine(manager: string, field: string, warning: string | undefined): Cell {
  const line = `${manager}: ${field}`;
  return warning ? { text: `${line} (${warning})`, style: 'yellow' } : line;
}

function undoLines({ undo, noUndo }: Plan): Cell[] {
  if (undo.length > 0) return undo.map(stepLine);
  return [{ text: `NOT POSSIBLE: ${noUndo ?? 'the plan gives no reason'}`, style: 'red' }];
}

function verdictLines(verdict: Verdict): Cell[] {
  const reasons = verdict.reasons.map(({ rule, sentence }) => `${rule}: ${sentence}`);
  if (!verdict.allowed) return [{ text: 'denied', style: 'red' }, ...reasons];
  const { tier, phase, execute } = verdict;
  const then = execute ? 'executed once approved' : 'shown, never executed';
  return [
    `${tier} tier in phase ${phase}: ${then}`,
    `approvals needed: ${approvalsOf(verdict.obligation)}`,
    ...reasons,
  ];
}

function approvalsOf({ approvals, groups, distinctGroups }: Extract<Verdict, { allowed: true }>['obligation']): string {
  if (approvals === 0) return 'none';
  const people = `${approvals} ${approvals === 1 ? 'person' : 'people'} of ${groups.join(' or ')}`;
  return distinctGroups && approvals > 1 ? `${people}, each from a different group` : people;
}
