import type { Command } from 'commander';
import type { Finding } from '../../../stack/doctor/finding.ts';
import { print, standardOutput, type View } from '../render/output.ts';
import { renderTable, type Cell } from '../render/table.ts';
import { outputOption, type OutputOptions } from './options.ts';

/** Adds the command `airlock doctor`. The exit code is 1 if a check fails. */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check whether this machine can run the embedded stack, and show how to fix each problem')
    .addOption(outputOption())
    .action(runDoctor);
}

async function runDoctor({ output }: OutputOptions): Promise<void> {
  const { checkMachine } = await import('../../../stack/doctor/doctor.ts');
  const findings = await checkMachine();
  print(standardOutput(output), findings, renderFindings);
  const failed = findings.filter(({ ok }) => !ok).map(({ name }) => name);
  if (failed.length === 0) return;
  const { AirlockError } = await import('../../lib/error.ts');
  const message = `failed checks: ${failed.join(', ')}. Standard output has a fix for each`;
  throw new AirlockError({ code: 'prerequisites-missing', message });
}

function renderFindings(findings: readonly Finding[], { terminal }: View): string[] {
  const rows = findings.flatMap(({ name, ok, found, fix }): Cell[][] => [
    [name, ok ? { text: 'ok', style: 'green' } : { text: 'FAILED', style: 'red' }, found],
    ...(fix === undefined ? [] : [['', '', `fix: ${fix}`]]),
  ]);
  const columns = [{ title: 'CHECK' }, { title: 'RESULT' }, { title: 'FOUND', fit: 'wrap' }] as const;
  return renderTable({ columns, rows }, terminal);
}
