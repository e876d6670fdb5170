import { dossierDigest, type Cause, type Dossier } from '../../domain/approval/dossier.ts';
import type { Plan, Step } from '../../domain/plan/plan.ts';
import { describeRule } from '../../domain/policy/policy-rule.ts';
import type { Verdict } from '../../domain/policy/verdict.ts';
import { visible } from '../../lib/escape-for-terminal.ts';
import { page, reportSections, type Section } from './report.ts';

/**
 * One page for an approver, made from the dossier alone. Nothing in it can act on the terminal or hide from the reader:
 * every text that came from outside is made visible.
 */
export function renderDossier(dossier: Dossier): string {
  const { plan, verdict, rules, owners } = dossier;
  const { statement } = dossier.rehearsal;
  const found = reportSections(statement.report);
  const sections: Section[] = [
    ['WHO ASKS', whoAsks(dossier)],
    ['WHAT CHANGES', [visible(plan.summary), ...plan.steps.map(renderStep), ...found.diff]],
    [
      'WHO ELSE WRITES THERE',
      owners.map((owner) => visible(`${owner.manager}: ${owner.field}${warning(owner.warning)}`)),
    ],
    ...found.findings,
    ['HOW IT IS TAKEN BACK', renderUndo(plan)],
    [
      'MINTED FOR IT',
      [
        ...rules.do.map((rule) => `do    ${visible(describeRule(rule))}`),
        ...rules.undo.map((rule) => `undo  ${visible(describeRule(rule))}`),
      ],
    ],
    ['VERDICT', renderVerdict(verdict)],
    ['WHAT YOU SIGN', [dossierDigest(dossier), `valid until ${dossier.expiresAt}, made ${dossier.createdAt}`]],
  ];
  return page(sections);
}

function whoAsks({ cause, requesters, incident, trace, plan, rehearsal }: Dossier): string[] {
  const asked = requesters.map(({ subject, issuer }) => visible(`${subject} of ${issuer}`));
  return [
    `${renderCause(cause)}, incident ${visible(incident)}, trace ${visible(trace)}`,
    ...(asked.length > 0 ? [`asked for or changed by ${asked.join(', ')}: their approval does not count`] : []),
    `cluster ${visible(plan.cluster)}, ${place(plan)}, playbook ${visible(plan.playbook.name)} ${plan.playbook.digest}`,
    `rehearsed on the state of ${rehearsal.statement.takenAt}, fidelity ${rehearsal.statement.report.fidelity}`,
  ];
}

function place({ namespace }: Plan): string {
  return namespace ? `namespace ${visible(namespace)}` : 'objects of the whole cluster';
}

function renderCause(cause: Cause): string {
  const name = visible(cause.name);
  switch (cause.kind) {
    case 'alert':
      return `alert ${name} (${cause.fingerprints.map(visible).join(', ')})`;
    case 'person':
      return `a person asks for ${name}: ${visible(cause.reason)}`;
    case 'schedule':
      return `schedule ${name}`;
  }
}

function renderStep({ id, action, parameters }: Step): string {
  const given = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  return visible(`${id}  ${action} ${given.join(' ')}`);
}

function renderUndo({ undo, noUndo }: Plan): string[] {
  return undo.length > 0 ? undo.map(renderStep) : [`NOT AT ALL: ${visible(noUndo ?? 'no reason was given')}`];
}

function renderVerdict(verdict: Verdict): string[] {
  const reasons = verdict.reasons.map(({ rule, sentence }) => visible(`${rule}: ${sentence}`));
  if (!verdict.allowed) return ['denied', ...reasons];
  const { approvals, groups, distinctGroups } = verdict.obligation;
  const people = `${approvals} of the groups ${groups.map(visible).join(', ')}${distinctGroups ? ', each of another one' : ''}`;
  const then = verdict.execute ? 'then it is executed' : 'it is shown, never executed';
  return [`${verdict.tier} tier in phase ${verdict.phase}: ${then}`, `must approve: ${people}`, ...reasons];
}

function warning(text: string | undefined): string {
  return text ? ` (${text})` : '';
}
