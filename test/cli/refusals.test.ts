import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CommanderError } from 'commander';
import { printFailure } from '../../src/cli/render/failure.ts';
import { assertHarmless, createCli, main, password, type Cli } from './cli.ts';
import { commandsOf } from './commands-of.ts';

const checkout = join(import.meta.dirname, '../..');
const id = 'inc-0123456789abcdef';
const digest = `sha256:${'1'.repeat(64)}`;
let cli: Cli;

before(async () => {
  cli = await createCli();
  const cluster = { name: 'east', class: 'production' };
  const reason = {
    temporal: { address: '127.0.0.1:1' },
    postgres: `postgres://airlock:${password}@127.0.0.1:1/airlock`,
    clusters: [cluster],
    playbooks: join(cli.folder, 'playbooks'),
  };
  const nowhere = 'http://127.0.0.1:1';
  const { postgres, temporal } = reason;
  const serve = {
    postgres,
    temporal,
    clusters: [cluster],
    playbooks: join(checkout, 'playbooks'),
    vault: { address: nowhere, identityFile: '/none' },
    oidc: { issuer: nowhere },
    policy: { opa: nowhere, phasesFile: join(checkout, 'policies/phases.yaml') },
    approverGroups: { low: ['sre'], medium: ['sre'], high: ['sre'] },
    dossierSeconds: { low: 60, medium: 60, high: 60 },
    listen: { host: '127.0.0.1', port: 0 },
    tokens: { alerts: [], operators: [] },
    schedules: [{ id: 'nightly', cluster: 'east', playbook: 'restart-nightly', cron: '0 3 * * *' }],
  };
  await mkdir(join(cli.folder, 'playbooks'));
  await Promise.all([
    cli.file('two-lines', `${password}\n\u001b[2J`),
    cli.file('no.json', `{"postgres": "${password}", \u001b[31m}`),
    cli.file('type.json', JSON.stringify({ ...reason, clusters: [{ ...cluster, name: `\u001b[31m${password}` }] })),
    cli.file('good.json', JSON.stringify(reason)),
    cli.file('serve.json', JSON.stringify(serve)),
    cli.file('playbooks/bad.yaml', 'version: "\\u001b[2J"\nname: bad\n'),
  ]);
});

after(() => cli[Symbol.asyncDispose]());

/** No stack can be reached: each variable is set, and empty. */
const unset = { AIRLOCK_API: '', AIRLOCK_ISSUER: '', AIRLOCK_TOKEN_FILE: '' };
const commands = await commandsOf(main);
const decision = ['--dossier', digest, '--reason', 'looks right'];

describe('the command line', () => {
  it('exit code 0: help', async () => {
    const ended = await cli.run(['--help']);
    assert.equal(ended.code, 0);
    assert.match(ended.stdout, /Usage: airlock/);
    assertHarmless(ended);
  });

  it('exit code 1: the input is good, the API does not answer', async () => {
    const ended = await cli.run(['incidents', 'show', id]);
    assert.equal(ended.code, 1, ended.stderr);
    assert.match(ended.stderr, /^airlock: airlock serve at http:\/\/127\.0\.0\.1:1 gave no complete answer/);
    assertHarmless(ended);
  });

  const listings = ['incidents', 'incidents ls', 'incidents watch', 'status', 'doctor'];
  const withIncident = ['incidents show', 'journal show'].map((words) => `${words} ${id}`);
  const refusals: [string, string[], RegExp, Record<string, string>?][] = [
    ...[...listings, ...withIncident].map((words): [string, string[], RegExp] => [
      `${words} --output with an unknown format`,
      [...words.split(' '), '--output', 'yaml\u001b'],
      /^error: option '-o, --output <format>' argument 'yaml\\u\{1b\}' is invalid\. Allowed choices are table, wide, json\./,
    ]),
    ['a command with an escape', ['\u001b[2Jup'], /^error: unknown command '\\u\{1b\}\[2Jup'/],
    ['an option with an escape', ['--\u001b[2Jx'], /^error: unknown option '--\\u\{1b\}\[2Jx'/],
    ['an option of a command with an escape', ['up', '--\u001b[2Jx'], /^error: unknown option '--\\u\{1b\}\[2Jx'/],
    ['a mistyped command of incidents', ['incidents', 'shw\u001b', id], /^error: unknown command 'shw\\u\{1b\}'\n/],
    ['no --dossier', ['approve', id, '--reason', 'looks right'], /^error: .*'--dossier <digest>'/],
    ['no incident', ['incidents', 'show'], /^error: missing required argument 'incident'/],
    ['a malformed digest', ['approve', id, ...decision.with(1, 'latest')], /^airlock: --dossier: /],
    ['a reason with an escape', ['deny', id, ...decision.with(3, 'no\u001b[2J!')], /^airlock: --reason: /],
    ['a request for a malformed cluster name', ['request', 'x', '--cluster', 'EAST\u001b'], /^airlock: --cluster: /],
    [
      'a request with a malformed parameter',
      ['request', 'x', '--cluster', 'east', '--param', 'to\u001b'],
      /^airlock: --param: expected name=value/,
    ],
    [
      'a request with a parameter without a value',
      ['request', 'x', '--cluster', 'east', '--param', 'to='],
      /^airlock: --param to: /,
    ],
    [
      'a request with a parameter given twice',
      ['request', 'x', '--cluster', 'east', '--param', 'to=1', '--param', 'to=2'],
      /^airlock: --param to: is given twice/,
    ],
    [
      'an edit with a malformed parameter',
      ['edit', id, ...decision, '--param', '=6'],
      /^airlock: --param: expected name=value/,
    ],
    [
      'an edit with a parameter given twice',
      ['edit', id, ...decision, '--param', 'to=6', '--param', 'to=6'],
      /^airlock: --param to: is given twice/,
    ],
    ['an undo of a malformed id', ['undo', `${id}\u001b`], /^airlock: incident: expected inc-/],
    ['an edit of a malformed digest', ['edit', id, ...decision.with(1, 'latest')], /^airlock: --dossier: /],
    ['approve with a malformed id', ['approve', 'INC-1\u001b', ...decision], /^airlock: incident: expected inc-/],
    ['incidents show with a malformed id', ['incidents', 'show', `${id}0`], /^airlock: incident: expected inc-/],
    [
      'a watch of a malformed id',
      ['incidents', 'watch', '--incident', `${id}0`],
      /^airlock: --incident: expected inc-/,
    ],
    [
      'a watch after something that is not a number',
      ['incidents', 'watch', '--after', '-1\u001b'],
      /^airlock: --after: expected the sequence/,
    ],
    ['journal show with a malformed id', ['journal', 'show', '../x'], /^airlock: incident: expected inc-/],
    ['journal prove with a malformed id', ['journal', 'prove', `${id}\u001b`], /^airlock: incident: expected inc-/],
    ['journal export with a malformed key', ['journal', 'export', '@/new', '--key', 'x\u001b'], /^airlock: --key: /],
    ['journal verify with a malformed key', ['journal', 'verify', '@/', '--key', '@/two-lines'], /^airlock: --key: /],
    [
      'tour into a folder that it did not write',
      ['tour', '@/playbooks'],
      /^airlock: folder: .*contains files and is not an earlier tour/,
    ],
    ['tour into a file', ['tour', '@/token'], /^airlock: folder: cannot be read/],
    ['AIRLOCK_API that is not a URL', ['incidents'], /^airlock: AIRLOCK_API: expected/, { AIRLOCK_API: '\u001b[2J' }],
    ['AIRLOCK_API that is not HTTP', ['incidents'], /^airlock: AIRLOCK_API: expected/, { AIRLOCK_API: 'file:///x' }],
    ['AIRLOCK_ISSUER that is not a URL', ['incidents'], /^airlock: AIRLOCK_ISSUER: expected/, { AIRLOCK_ISSUER: 'x' }],
    [
      'AIRLOCK_API that is plain http on the network',
      ['incidents'],
      /^airlock: AIRLOCK_API: http:\/\/10\.0\.0\.1 is plain http.*AIRLOCK_INSECURE=true/,
      { AIRLOCK_API: 'http://10.0.0.1' },
    ],
    [
      'AIRLOCK_API that is empty',
      ['incidents'],
      /^airlock: AIRLOCK_API: is missing or empty: set all of/,
      { AIRLOCK_API: '' },
    ],
    ['a malformed token', ['incidents'], /^airlock: AIRLOCK_TOKEN_FILE: /, { AIRLOCK_TOKEN_FILE: '@/two-lines' }],
    [
      'a token file that does not exist',
      ['incidents'],
      /^airlock: AIRLOCK_TOKEN_FILE: /,
      { AIRLOCK_TOKEN_FILE: '@/none' },
    ],
    ['no --config', ['serve'], /^error: .*'--config <file>'/],
    ['a configuration that is not JSON', ['reason', '--config', '@/no.json'], /no\.json: is not JSON/],
    ['a configuration of wrong types', ['reason', '--config', '@/type.json'], /type\.json: clusters\.0\.name: /],
    [
      'a configuration that does not exist',
      ['serve', '--config', '@/\u001b[31mno'],
      /\\u\{1b\}\[31mno: cannot be read/,
    ],
    ['observe, a configuration that is not JSON', ['observe', '--config', '@/no.json'], /no\.json: is not JSON/],
    ['gateway, a configuration that is not JSON', ['gateway', '--config', '@/no.json'], /no\.json: is not JSON/],
    [
      'a reason that is too short, and no stack',
      ['deny', id, ...decision.with(3, 'no')],
      /^airlock: --reason: /,
      unset,
    ],
    [
      'a schedule of a playbook that does not exist',
      ['serve', '--config', '@/serve.json'],
      /schedules\[0\]\.playbook: unknown playbook, expected one of: add-capacity/,
    ],
    ['a playbook with an error', ['reason', '--config', '@/good.json'], /bad\.yaml:\d+:\d+: /],
  ];
  for (const [name, args, message, env] of refusals) {
    it(`exit code 2: ${name}`, async () => {
      const ended = await cli.run(args, env);
      assert.equal(ended.code, 2, ended.stderr);
      assert.match(ended.stderr, message);
      assert.equal(ended.stdout, '');
      assertHarmless(ended);
    });
  }

  it('every command that takes a value is tried with a malformed one', async () => {
    const tried = refusals.map(([, args]) => args.join(' '));
    // Its words are parts of paths: every word is well formed.
    const takesAnyWord = ['test'];
    const untried = commands
      .filter(({ takesValues }) => takesValues)
      .map(({ words }) => words.join(' '))
      .filter((path) => !takesAnyWord.includes(path) && !tried.some((args) => args.startsWith(`${path} `)));
    assert.deepEqual(untried, [], 'add a refusal of these commands to this file');
  });

  it('every command refuses an unknown option, a surplus argument, a missing argument and a missing value', async () => {
    assert.ok(commands.length > 10);
    for (const { words, wrong, parse } of commands) {
      for (const args of wrong) {
        const error: unknown = await parse(args).catch((thrown: unknown) => thrown);
        assert.ok(error instanceof CommanderError, `${[...words, ...args].join(' ')} was accepted`);
        assert.equal(printFailure(error), 2);
      }
    }
  });
});
