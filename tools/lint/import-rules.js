import { dirname, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const anyPackage = /^/;
const builtins = /^node:/;
const zod = /^zod$/;
const noble = /^@noble\/hashes\//;
const scure = /^@scure\/base$/;
const planes = ['observation', 'reasoning', 'governance', 'execution'];
const planesMayImport = ['domain', 'tlog', 'actions', 'lib', 'platform'];

/**
 * The areas of the code. "Who may import whom" in ARCHITECTURE.md describes the same rules.
 * - `name`: areas with the same name may import each other.
 * - `in`: the folder or file of the area. If the paths of several rows match a file, the longest path applies.
 * - `may`: the other areas from which this area may import types and values.
 * - `types`: the other areas from which this area may import only types.
 * - `packages`: patterns for the npm packages and Node modules that this area may import.
 */
const areas = [
  { name: 'lib', in: 'src/lib', may: [], packages: [zod, noble, scure] },
  { name: 'tlog', in: 'src/tlog', may: ['lib'], packages: [zod, noble, scure] },
  { name: 'domain', in: 'src/domain', may: ['lib', 'tlog'], packages: [zod, noble, scure] },
  { name: 'actions', in: 'src/actions', may: ['domain', 'lib'], packages: [zod] },
  { name: 'steps', in: 'src/steps', may: ['domain', 'actions', 'lib'], packages: [] },
  {
    name: 'platform',
    in: 'src/platform',
    may: ['lib'],
    packages: [builtins, zod, /^(pino|undici|yaml|node-vault|@temporalio\/common)$/],
  },
  { name: 'observation', in: 'src/observation', may: [...planesMayImport, 'steps'], packages: [builtins, zod] },
  {
    name: 'reasoning',
    in: 'src/reasoning',
    may: planesMayImport,
    packages: [builtins, zod, /^@marcbachmann\/cel-js$/],
  },
  { name: 'governance', in: 'src/governance', may: planesMayImport, packages: [builtins, zod] },
  { name: 'execution', in: 'src/execution', may: [...planesMayImport, 'steps'], packages: [builtins, zod] },
  { name: 'messages', in: 'workflows/messages.ts', may: ['domain', 'lib'], packages: [/^@temporalio\/workflow$/] },
  {
    name: 'workflows',
    in: 'workflows',
    may: ['domain', 'lib', 'messages'],
    types: planes,
    packages: [/^@temporalio\/workflow$/],
  },
  {
    name: 'clusters',
    in: 'clusters',
    may: ['domain', 'actions', 'lib', 'platform'],
    types: ['steps', 'observation', 'execution'],
    packages: [anyPackage],
  },
  {
    name: 'sandbox',
    in: 'sandbox',
    may: ['domain', 'actions', 'steps', 'lib', 'platform'],
    types: ['observation'],
    packages: [builtins, zod, /^yaml$/],
  },
  {
    name: 'stack',
    in: 'stack',
    may: ['domain', 'tlog', 'lib', 'platform', 'sandbox', 'clusters'],
    packages: [anyPackage],
  },
  ...['api', 'cli'].map((name) => ({
    name,
    in: `src/${name}`,
    may: ['domain', 'tlog', 'lib', 'platform', 'messages'],
    types: planes,
    packages: [anyPackage],
  })),
  { name: 'config', in: 'src/server/phases-file.ts', may: ['domain', 'lib', 'platform'], packages: [builtins] },
  { name: 'config', in: 'src/server/oidc-config.ts', may: ['domain', 'platform'], packages: [zod] },
  { name: 'config', in: 'src/server/config.ts', may: ['domain', 'lib', 'platform'], packages: [builtins, zod] },
];

/**
 * Returns the row of one adapter. `folder` is the adapter's folder in `src/adapters`, such as `postgres`. An adapter
 * must not import another adapter. Only the adapter `temporal` may import `workflows/messages.ts`.
 */
function adapterRow(folder) {
  const may = ['domain', 'tlog', 'lib', 'platform', ...(folder === 'temporal' ? ['messages'] : [])];
  return { name: `adapters/${folder}`, may, types: ['steps', ...planes], packages: [anyPackage] };
}

/** Files and folders that may import everything. All other files except tests must not import an entry point. */
const entryPoints = [
  'src/main.ts',
  'src/cli/commands',
  'src/server',
  'sandbox/main.ts',
  'demo',
  'test',
  'bin',
  'tools',
  'eslint.config.js',
];

function within(path, folder) {
  return path === folder || path.startsWith(`${folder}/`);
}

/**
 * Returns the row for a file; undefined if the file has no row. For a file of an entry point, returns a row with `entry` set.
 * A row inside an entry point takes precedence: `src/server` is an entry point, but `src/server/config.ts` is not.
 */
function areaOf(path) {
  const [, adapterFolder] = /^src\/adapters\/([^/]+)\//.exec(path) ?? [];
  if (adapterFolder) return adapterRow(adapterFolder);
  const rows = areas.filter((area) => within(path, area.in));
  const [row] = rows.sort((a, b) => b.in.length - a.in.length);
  const isEntry = entryPoints.some((entryPoint) => within(path, entryPoint) && !within(row?.in ?? '', entryPoint));
  return isEntry ? { name: 'entry point', entry: true } : row;
}

/** Returns why `file`, which is in `area`, must not import `source`. Returns undefined if the import is allowed. */
function refusal(area, file, source, typeOnly) {
  const isForActivities = source === '@temporalio/activity' || /\/activity-failure\.ts$/.test(source);
  if (isForActivities && !/\/activit(ies|y-heartbeat)\.ts$/.test(file))
    return 'only a file named activities.ts or activity-heartbeat.ts may import this module';
  if (source.startsWith('.')) return refusalOfPath(area, pathOf(file, source), typeOnly);
  if (source === '@temporalio/activity' && planes.includes(area.name)) return undefined;
  const isListed = area.packages.some((listed) => listed.test(source));
  return isListed ? undefined : `the row of ${area.name} does not list this package`;
}

function pathOf(file, source) {
  return relative(root, resolve(dirname(resolve(root, file)), source)).replaceAll('\\', '/');
}

function refusalOfPath(area, path, typeOnly) {
  const target = areaOf(path);
  if (!target) return `${path} belongs to no area: add a row to the table in tools/lint/import-rules.js`;
  if (target.entry) return `${path} is an entry point, which only entry points and tests may import`;
  if (target.name === area.name || area.may.includes(target.name)) return undefined;
  if (!area.types?.includes(target.name)) return `the row of ${area.name} does not list ${target.name}`;
  return typeOnly ? undefined : `${area.name} may import only types of ${target.name}: write "import type"`;
}

/** The lint rule `airlock/boundaries`: an area may import only what its row allows. */
export const boundaries = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      refused: '{{area}} must not import "{{source}}": {{why}} (ARCHITECTURE, "Who may import whom").',
      noArea: '{{file}} belongs to no area: add a row for its folder to the table in tools/lint/import-rules.js.',
    },
  },
  create(context) {
    const file = relative(root, context.filename).replaceAll('\\', '/');
    const area = areaOf(file);
    if (area?.entry) return {};
    const check = (node, source, typeOnly) => {
      const why = area && refusal(area, file, source, typeOnly);
      if (why) context.report({ node, messageId: 'refused', data: { area: area.name, source, why } });
    };
    const onDeclaration = (node) => {
      const typeOnly = node.importKind === 'type' || node.exportKind === 'type';
      if (node.source) check(node, node.source.value, typeOnly);
    };
    return {
      Program: (node) => area ?? context.report({ node, messageId: 'noArea', data: { file } }),
      ImportDeclaration: onDeclaration,
      ExportNamedDeclaration: onDeclaration,
      ExportAllDeclaration: onDeclaration,
      ImportExpression: (node) => check(node, String(node.source.value ?? 'a computed path'), false),
      TSImportType: (node) => check(node, String(node.source?.value ?? node.argument?.literal?.value), true),
    };
  },
};
