import { Option } from 'commander';
import { outputFormats, type OutputFormat } from '../render/output.ts';

// Options that several commands share: each is spelled in one way.

/** `-o, --output`, of every command that lists something. */
export function outputOption(): Option {
  return new Option('-o, --output <format>', 'table, wide with more columns, or one JSON document')
    .choices(outputFormats)
    .default('table');
}
export interface OutputOptions {
  output: OutputFormat;
}

/** `--dossier`, of every decision. */
export function dossierOption(): Option {
  return new Option('--dossier <digest>', 'digest of the dossier that you read: sha256:...').makeOptionMandatory();
}

/** `--param`, once for each parameter. */
export function paramOption(description: string): Option {
  const collect = (value: string, before: string[] = []): string[] => [...before, value];
  return new Option('--param <name=value>', `${description}; once for each parameter`).argParser(collect);
}

/** `--reason` of a decision. */
export function reasonOption(): Option {
  return new Option('--reason <text>', 'why, in one line').makeOptionMandatory();
}

/** `--reason` of a request. */
export function optionalReasonOption(): Option {
  return new Option('--reason <text>', 'why, in one line').default('no reason was given');
}

/** `--key` where the embedded stack has one. */
export function keyOption(): Option {
  return new Option('--key <vkey>', 'verifier key, or a file of them (default: the key of the embedded stack)');
}

/** `--since`. */
export function sinceOption(): Option {
  return new Option('--since <file>', 'older signed checkpoint; the journal must continue it');
}
