import { Option } from 'commander';
import { outputFormats, type OutputFormat } from '../render/output.ts';

/** Creates the option `-o, --output`. */
export function outputOption(): Option {
  return new Option('-o, --output <format>', 'table, table with more columns (wide), or JSON')
    .choices(outputFormats)
    .default('table');
}

/** The parsed options of a command that has `outputOption`. */
export interface OutputOptions {
  output: OutputFormat;
}

const collect = (value: string, earlier: string[] = []): string[] => [...earlier, value];

const dossierDescription = 'digest of the dossier that you read: sha256:...';

/** Creates the option `--dossier` of `edit`. */
export function dossierOption(): Option {
  return new Option('--dossier <digest>', dossierDescription).makeOptionMandatory();
}

/** Creates the option `--dossier` of `approve` and `deny`. The parsed value is a list. */
export function dossiersOption(): Option {
  const description = `${dossierDescription}; repeat the option for each incident, in the same order`;
  return new Option('--dossier <digest>', description).argParser(collect).makeOptionMandatory();
}

/** Creates the option `--param`. The parsed value is a list, because a person can repeat the option. */
export function paramOption(description: string): Option {
  return new Option('--param <name=value>', `${description}; repeat the option for each parameter`).argParser(collect);
}

const reasonDescription = 'your reason, in one line of 3 to 500 characters';

/** Creates the required option `--reason` of `approve`, `deny` and `edit`. */
export function reasonOption(): Option {
  return new Option('--reason <text>', reasonDescription).makeOptionMandatory();
}

/** Creates the option `--reason` of `request` and `undo`, which has a default. */
export function optionalReasonOption(): Option {
  return new Option('--reason <text>', reasonDescription).default('no reason was given');
}

const keyDescription = 'verifier key, or a file with one verifier key per line';

/** Creates the option `--key` of `journal prove` and `journal export`. */
export function keyOption(): Option {
  return new Option('--key <vkey>', `${keyDescription}; not required for the embedded stack`);
}

/** Creates the required option `--key` of `journal verify`. */
export function requiredKeyOption(): Option {
  return new Option('--key <vkey>', keyDescription).makeOptionMandatory();
}

/** Creates the option `--since` of `journal prove` and `journal verify`. */
export function sinceOption(): Option {
  return new Option(
    '--since <file>',
    'file with an older signed checkpoint; check that the journal begins with the records of that checkpoint',
  );
}
