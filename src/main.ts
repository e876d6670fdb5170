import { Command } from 'commander';
import { printFailure } from './cli/render/failure.ts';
import { visibleLines } from './cli/render/escape-lines.ts';

// Each command imports what it runs only when it runs: a process must not carry another plane's code.
const program = new Command('airlock')
  .description('Repairs Kubernetes clusters through an airlock: rehearsed, signed, bounded, verified.')
  .showHelpAfterError()
  // Commands inherit this when they are made. What was typed is quoted in errors, and may act on a terminal.
  .configureOutput({ outputError: (text, write) => write(visibleLines(text)) })
  .exitOverride();

const checkout = new URL('..', import.meta.url).pathname.replace(/\/$/, '');

for (const name of ['serve', 'reason', 'observe', 'gateway'] as const) {
  program
    .command(name)
    .description(`runs the ${name} process in the foreground`)
    .requiredOption('--config <file>', 'configuration file, JSON')
    .action(async ({ config }: { config: string }) => (await import('./server/run.ts')).runProcess(name, config));
}

program
  .command('up')
  .description('starts the embedded stack: servers, two target clusters, the four processes')
  .action(async () => (await import('./cli/commands/stack-commands.ts')).up(checkout));

program
  .command('down')
  .description('stops the embedded stack; with --purge also deletes its state')
  .option('--purge', 'delete the state folder')
  .action(async (options: { purge?: boolean }) => (await import('./cli/commands/stack-commands.ts')).down(options));

program
  .command('status')
  .description('how things stand: processes, servers, queues, leases, phases, open incidents')
  .action(async () => (await import('./cli/commands/api-commands.ts')).status());

program
  .command('doctor')
  .description('what is missing or wrong on this machine, and how to mend it')
  .action(async () => (await import('./cli/commands/stack-commands.ts')).doctor());

program
  .command('demo')
  .description('starts a stack of its own, tells its stories side by side, stops everything')
  .option('--json', 'one JSON document on standard output')
  .option('--keep', 'leave the stack up')
  .action(async (options: { json?: boolean; keep?: boolean }) =>
    (await import('../demo/main.ts')).demo(checkout, options),
  );

program
  .command('tour')
  .description('has one incident happen and writes it down: dossier, journal, proofs')
  .argument('[folder]', 'is replaced', 'docs/tour')
  .action(async (folder: string) => (await import('../demo/tour/tour.ts')).tour(checkout, folder));

program
  .command('test')
  .description('runs every test; with words, the tests whose path contains one of them')
  .argument('[filter...]')
  .option('--crash', 'kill everything at every stage instead, which takes a quarter of an hour')
  .action(async (filter: string[], { crash }: { crash?: boolean }) => {
    const { runCrashTests, runTests } = await import('../test/run.ts');
    await (crash ? runCrashTests(checkout, filter) : runTests(checkout, filter));
  });

const incidents = program.command('incidents').description('what happened, and what waits for a decision');
incidents
  .command('ls', { isDefault: true })
  .action(async () => (await import('./cli/commands/api-commands.ts')).incidents());
incidents
  .command('show')
  .argument('<id>')
  .action(async (id: string) => (await import('./cli/commands/api-commands.ts')).incident(id));

incidents
  .command('watch')
  .description('one line per record as it comes, until Ctrl-C')
  .option('--incident <id>', 'only of this incident')
  .option('--after <seq>', 'begin after this record; 0 for everything')
  .action(async (options: { incident?: string; after?: string }) =>
    (await import('./cli/commands/api-commands.ts')).watch(options),
  );

const journal = program.command('journal').description('the append-only record, and proofs of it');
journal
  .command('show')
  .argument('<incident>')
  .action(async (id: string) => (await import('./cli/commands/api-commands.ts')).journal(id));
const keyOption = ['--key <vkey>', "verifier key, or a file of them; without: the embedded stack's"] as const;
const sinceOption = ['--since <file>', 'an older checkpoint that must be continued'] as const;
journal
  .command('prove')
  .description('proves here that each record of an incident stands in the journal that the gateway signed')
  .argument('<incident>')
  .option(...keyOption)
  .option(...sinceOption)
  .action(async (id: string, options: { key?: string; since?: string }) =>
    (await import('./cli/commands/journal-commands.ts')).prove(id, options),
  );
journal
  .command('export')
  .description('writes the whole journal and its checkpoint to a new folder (C2SP tlog-tiles)')
  .argument('<folder>')
  .option(...keyOption)
  .action(async (folder: string, options: { key?: string }) =>
    (await import('./cli/commands/journal-commands.ts')).exportTo(folder, options),
  );
journal
  .command('verify')
  .description('checks an export with nothing but a key; asks no server')
  .argument('<folder>')
  .requiredOption('--key <vkey>', 'verifier key, or a file of them')
  .option(...sinceOption)
  .action(async (folder: string, options: { key: string; since?: string }) =>
    (await import('./cli/commands/journal-commands.ts')).verify(folder, options),
  );

for (const verb of ['approve', 'deny'] as const) {
  program
    .command(verb)
    .description(`${verb} one dossier, with a sign-in for this decision alone`)
    .argument('<incident>')
    .requiredOption('--dossier <digest>', 'what you were shown: sha256:...')
    .requiredOption('--reason <text>', 'why, one line')
    .option('--proof-only', 'print the decision with its proof instead of sending it')
    .action(async (incident: string, options: { dossier: string; reason: string; proofOnly?: boolean }) =>
      (await import('./cli/commands/api-commands.ts')).decide({ verb, incident, ...options }),
    );
}

const collect = (value: string, before: string[]): string[] => [...before, value];
const noReason = 'no reason was given';

program
  .command('request')
  .description('asks for a playbook in a cluster, with a sign-in for this request alone')
  .argument('<playbook>')
  .requiredOption('--cluster <name>', 'cluster in which it is wanted')
  .option('--param <name=value>', 'parameter of the playbook, such as namespace=shop; once for each', collect, [])
  .option('--reason <text>', 'why, one line', noReason)
  .action(async (playbook: string, options: { cluster: string; param: string[]; reason: string }) =>
    (await import('./cli/commands/api-commands.ts')).request({ playbook, ...options }),
  );

program
  .command('undo')
  .description('asks that what an incident changed is taken back, as a plan of its own')
  .argument('<incident>')
  .option('--reason <text>', 'why, one line', noReason)
  .action(async (incident: string, { reason }: { reason: string }) =>
    (await import('./cli/commands/api-commands.ts')).undo({ incident, reason }),
  );

program
  .command('edit')
  .description('gives the plan of an open dossier other parameters; the dossier is void then, and another follows')
  .argument('<incident>')
  .requiredOption('--dossier <digest>', 'what you were shown: sha256:...')
  .option('--param <name=value>', 'parameter that changes; once for each', collect, [])
  .requiredOption('--reason <text>', 'why, one line')
  .action(async (incident: string, options: { dossier: string; param: string[]; reason: string }) =>
    (await import('./cli/commands/api-commands.ts')).edit({ incident, ...options }),
  );

// Whoever reads the output may stop reading: `airlock incidents | head` is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = printFailure(error);
}
