import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CommanderError } from 'commander';
import { printFailure } from '../src/cli/render/failure.ts';
import { commandsOf } from './commands-of.ts';

const checkout = join(import.meta.dirname, '..');
const main = join(checkout, 'src/main.ts');
const password = 'hunter2';
const id = 'inc-0123456789abcdef';
const digest = `sha256:${'1'.repeat(64)}`;
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-cli-'));
  const file = (name: string, content: string): Promise<void> => writeFile(join(folder, name), content);
  const cluster = { name: 'east', class: 'production' };
  const reason = {
    temporal: { address: '127.0.0.1:1' },
    postgres: `postgres://airlock:${password}@127.0.0.1:1/airlock`,
    clusters: [cluster],
    playbooks: join(folder, 'playbooks'),
  };
  const nowhere = 'http://127.0.0.1:1';
  const { postgres, temporal } = reason;
  const serve = {
    ...{ postgres, temporal, clusters: [cluster], playbooks: join(checkout, 'playbooks') },
    ...{ vault: { address: nowhere, identityFile: '/none' }, oidc: { issuer: nowhere } },
    policy: { opa: nowhere, phasesFile: join(checkout, 'policies/phases.yaml') },
    ...{ approverGroups: ['sre'], dossierSeconds: { low: 60, medium: 60, high: 60 } },
    ...{ listen: { host: '127.0.0.1', port: 0 }, tokens: { alerts: [], operators: [] } },
    schedules: [{ id: 'nightly', cluster: 'east', playbook: 'restart-nightly', cron: '0 3 * * *' }],
  };
  await mkdir(join(folder, 'playbooks'));
  await Promise.all([
    file('token', 'a-token\n'),
    file('two-lines', `${password}\n\u001b[2J`),
    file('no.json', `{"postgres": "${password}", \u001b[31m}`),
    file('type.json', JSON.stringify({ ...reason, clusters: [{ ...cluster, name: `\u001b[31m${password}` }] })),
    file('good.json', JSON.stringify(reason)),
    file('serve.json', JSON.stringify(serve)),
    file('playbooks/bad.yaml', 'version: "\\u001b[2J"\nname: bad\n'),
  ]);
});

after(() => rm(folder, { recursive: true }));

interface Ended {
  code: number | string | null | undefined;
  stdout: string;
  stderr: string;
}

/** Runs the real command line. `@/` in what is typed is the folder of this test. */
function airlock(typed: string[], env: Record<string, string> = {}): Promise<Ended> {
  const here = (text: string): string => text.replace('@/', `${folder}/`);
  const reach = {
    AIRLOCK_API: 'http://127.0.0.1:1',
    AIRLOCK_ISSUER: 'http://127.0.0.1:1',
    AIRLOCK_TOKEN_FILE: '@/token',
  };
  const given = Object.entries({ ...reach, ...env }).map(([name, value]) => [name, here(value)]);
  const options = {
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      AIRLOCK_STATE: join(folder, 'state'),
      ...Object.fromEntries(given),
    },
    timeout: 60_000,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...typed.map(here)], options, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, stdout, stderr });
    });
  });
}

function assertHarmless({ stdout, stderr }: Ended): void {
  assert.doesNotMatch(stdout + stderr, /[^\x20-\x7e\n]/);
  assert.ok(!`${stdout}${stderr}`.includes(password), 'a secret is told');
}

/** Instead of a stack that is there: none. */
const nowhere = { AIRLOCK_API: '', AIRLOCK_ISSUER: '', AIRLOCK_TOKEN_FILE: '' };
const commands = await commandsOf(main);
const decision = ['--dossier', digest, '--reason', 'looks right'];

describe('the command line', () => {
  it('OK: help is asked for', async () => {
    const ended = await airlock(['--help']);
    assert.equal(ended.code, 0);
    assert.match(ended.stdout, /Usage: airlock/);
    assertHarmless(ended);
  });

  it('exit code 1: good input, but nobody answers', async () => {
    const ended = await airlock(['incidents', 'show', id]);
    assert.equal(ended.code, 1, ended.stderr);
    assert.match(ended.stderr, /^airlock: airlock serve at http:\/\/127\.0\.0\.1:1 gave no answer/);
    assertHarmless(ended);
  });

  const refusals: [string, string[], RegExp, Record<string, string>?][] = [
    ['a command with an escape', ['\u001b[2Jup'], /^error: unknown command '\\u\{1b\}\[2Jup'/],
    ['an option with an escape', ['--\u001b[2Jx'], /^error: unknown option '--\\u\{1b\}\[2Jx'/],
    ['an option of a command with an escape', ['up', '--\u001b[2Jx'], /^error: unknown option '--\\u\{1b\}\[2Jx'/],
    ['no --dossier', ['approve', id, '--reason', 'looks right'], /^error: .*'--dossier <digest>'/],
    ['no incident', ['incidents', 'show'], /^error: missing required argument 'id'/],
    ['a digest that is none', ['approve', id, ...decision.with(1, 'latest')], /^airlock: --dossier: /],
    ['a reason with an escape', ['deny', id, ...decision.with(3, 'no\u001b[2J!')], /^airlock: --reason: /],
    ['a request for a cluster that is none', ['request', 'x', '--cluster', 'EAST\u001b'], /^airlock: --cluster: /],
    [
      'a request with a parameter that is none',
      ['request', 'x', '--cluster', 'east', '--param', 'to\u001b'],
      /^airlock: --param: expected name=value/,
    ],
    [
      'a request with a parameter without a value',
      ['request', 'x', '--cluster', 'east', '--param', 'to='],
      /^airlock: --param \.to: /,
    ],
    [
      'a request with a parameter given twice',
      ['request', 'x', '--cluster', 'east', '--param', 'to=1', '--param', 'to=2'],
      /^airlock: --param to: is given twice/,
    ],
    [
      'an edit with a parameter that is none',
      ['edit', id, ...decision, '--param', '=6'],
      /^airlock: --param: expected name=value/,
    ],
    [
      'an edit with a parameter given twice',
      ['edit', id, ...decision, '--param', 'to=6', '--param', 'to=6'],
      /^airlock: --param to: is given twice/,
    ],
    ['an undo of an id that is none', ['undo', `${id}\u001b`], /^airlock: incident: expected inc-/],
    ['an edit of a digest that is none', ['edit', id, ...decision.with(1, 'latest')], /^airlock: --dossier: /],
    ['approve with an id that is none', ['approve', 'INC-1\u001b', ...decision], /^airlock: incident: expected inc-/],
    ['incidents show with an id that is none', ['incidents', 'show', `${id}0`], /^airlock: id: expected inc-/],
    [
      'a watch of an id that is none',
      ['incidents', 'watch', '--incident', `${id}0`],
      /^airlock: --incident: expected inc-/,
    ],
    [
      'a watch after no number',
      ['incidents', 'watch', '--after', '-1\u001b'],
      /^airlock: --after: expected the sequence/,
    ],
    ['journal show with an id that is none', ['journal', 'show', '../x'], /^airlock: incident: expected inc-/],
    ['journal prove with an id that is none', ['journal', 'prove', `${id}\u001b`], /^airlock: incident: expected inc-/],
    ['journal export with a key that is none', ['journal', 'export', '@/new', '--key', 'x\u001b'], /^airlock: --key: /],
    [
      'journal verify with a key that is none',
      ['journal', 'verify', '@/', '--key', '@/two-lines'],
      /^airlock: --key: /,
    ],
    ['tour into a folder that holds something else', ['tour', '@/playbooks'], /^airlock: folder: .*no tour wrote/],
    ['tour into a file', ['tour', '@/token'], /^airlock: folder: cannot be read/],
    ['AIRLOCK_API that is no URL', ['incidents'], /^airlock: AIRLOCK_API: expected/, { AIRLOCK_API: '\u001b[2J' }],
    ['AIRLOCK_API of no HTTP', ['incidents'], /^airlock: AIRLOCK_API: expected/, { AIRLOCK_API: 'file:///x' }],
    ['AIRLOCK_ISSUER that is no URL', ['incidents'], /^airlock: AIRLOCK_ISSUER: expected/, { AIRLOCK_ISSUER: 'x' }],
    ['AIRLOCK_API that is empty', ['incidents'], /^airlock: AIRLOCK_API: is not set/, { AIRLOCK_API: '' }],
    ['a token that is none', ['incidents'], /^airlock: AIRLOCK_TOKEN_FILE: /, { AIRLOCK_TOKEN_FILE: '@/two-lines' }],
    [
      'a token file that is not there',
      ['incidents'],
      /^airlock: AIRLOCK_TOKEN_FILE: /,
      { AIRLOCK_TOKEN_FILE: '@/none' },
    ],
    ['no --config', ['serve'], /^error: .*'--config <file>'/],
    ['a configuration that is not JSON', ['reason', '--config', '@/no.json'], /no\.json: is not JSON/],
    ['a configuration of wrong types', ['reason', '--config', '@/type.json'], /type\.json: clusters\.0\.name: /],
    ['a configuration that is not there', ['serve', '--config', '@/\u001b[31mno'], /\\u\{1b\}\[31mno: cannot be read/],
    ['observe, a configuration that is not JSON', ['observe', '--config', '@/no.json'], /no\.json: is not JSON/],
    ['gateway, a configuration that is not JSON', ['gateway', '--config', '@/no.json'], /no\.json: is not JSON/],
    [
      'a reason that is too short, and no stack',
      ['deny', id, ...decision.with(3, 'no')],
      /^airlock: --reason: /,
      nowhere,
    ],
    [
      'a schedule of a playbook that is not there',
      ['serve', '--config', '@/serve.json'],
      /schedules\[0\]\.playbook: is none/,
    ],
    ['a playbook with an error', ['reason', '--config', '@/good.json'], /bad\.yaml:\d+:\d+: /],
  ];
  for (const [name, typed, message, env] of refusals) {
    it(`exit code 2: ${name}`, async () => {
      const ended = await airlock(typed, env);
      assert.equal(ended.code, 2, ended.stderr);
      assert.match(ended.stderr, message);
      assert.equal(ended.stdout, '');
      assertHarmless(ended);
    });
  }

  it('every command that takes a value is tried with a bad one', async () => {
    const tried = refusals.map(([, typed]) => typed.join(' '));
    // Its words are looked for in paths: there is no bad one.
    const takesAnyWord = ['test'];
    const untried = commands
      .filter(({ takesValues }) => takesValues)
      .map(({ words }) => words.join(' '))
      .filter((path) => !takesAnyWord.includes(path) && !tried.some((typed) => typed.startsWith(`${path} `)));
    assert.deepEqual(untried, [], 'they are not in the list of this file');
  });

  it('every command refuses an option, an argument and a value too many, and each that is missing', async () => {
    assert.ok(commands.length > 10);
    for (const { words, wrong, parse } of commands) {
      for (const typed of wrong) {
        const error: unknown = await parse(typed).catch((thrown: unknown) => thrown);
        assert.ok(error instanceof CommanderError, `${[...words, ...typed].join(' ')} was taken`);
        assert.equal(printFailure(error), 2);
      }
    }
  });
});
