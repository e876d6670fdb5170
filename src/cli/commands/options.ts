import { Option } from 'commander';
import { outputFormats, type OutputFormat } from '../render/output.ts';

// Options that several commands share.

/** `-o, --output` of every command that prints a table. */
export function outputOption(): Option {
  return new Option('-o, --output <format>', 'table, wide with more columns, or one JSON document')
    .choices(outputFormats)
    .default('table');
}

/** The value of `outputOption`, as commander passes it to a command. */
export interface OutputOptions {
  output: OutputFormat;
}

/** `--dossier` of every decision and edit. */
export function dossierOption(): Option {
  return new Option('--dossier <digest>', 'digest of the dossier that you read: sha256:...').makeOptionMandatory();
}

/** `--param`. A person repeats this option for each parameter. */
export function paramOption(description: string): Option {
  const collect = (value: string, earlier: string[] = []): string[] => [...earlier, value];
  return new Option('--param <name=value>', `${description}; repeat the option for each parameter`).argParser(collect);
}

/** `--reason` of a decision or edit. */
export function reasonOption(): Option {
  return new Option('--reason <text>', 'the reason, in one line').makeOptionMandatory();
}

/** `--reason` of a request: of `request` and `undo`. */
export function optionalReasonOption(): Option {
  return new Option('--reason <text>', 'the reason, in one line').default('no reason was given');
}

/** `--key` of every command that verifies the journal. */
function keyOf(defaultText: string): Option {
  return new Option('--key <vkey>', `verifier key, or a file with one verifier key per line${defaultText}`);
}

/** `--key` of commands that can use the key of the embedded stack. */
export function keyOption(): Option {
  return keyOf(' (default: the key of the embedded stack)');
}

/** `--key` of commands that use no stack. */
export function requiredKeyOption(): Option {
  return keyOf('').makeOptionMandatory();
}

/** `--since` of the commands that verify the journal. */
export function sinceOption(): Option {
  return new Option(
    '--since <file>',
    'file with an older signed checkpoint; the journal must begin with the records of this checkpoint',
  );
}
