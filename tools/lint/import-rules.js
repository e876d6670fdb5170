import { dirname, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const anyPackage = /^/;
const builtins = /^node:/;
const zod = /^zod$/;
const noble = /^@noble\/hashes\//;
const scure = /^@scure\/base$/;
const planes = ['observation', 'reasoning', 'governance', 'execution'];
const planeMay = ['domain', 'tlog', 'actions', 'lib', 'platform'];

/**
 * Who may import whom, one row per area (ARCHITECTURE, "Who may import whom"). `in` is the folder or file of the area.
 * If several rows contain a file, the row with the longest path applies. `may` lists the other areas that the area may
 * import. `types` lists the areas of which it may import only types, with `import type`. `packages` lists the packages
 * that it may import.
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
  { name: 'observation', in: 'src/observation', may: [...planeMay, 'steps'], packages: [builtins, zod] },
  {
    name: 'reasoning',
    in: 'src/reasoning',
    may: planeMay,
    packages: [builtins, zod, /^@marcbachmann\/cel-js$/],
  },
  { name: 'governance', in: 'src/governance', may: planeMay, packages: [builtins, zod] },
  { name: 'execution', in: 'src/execution', may: [...planeMay, 'steps'], packages: [builtins, zod] },
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
  ...['api', 'cli'].map((edge) => ({
    name: edge,
    in: `src/${edge}`,
    may: ['domain', 'tlog', 'lib', 'platform', 'messages'],
    types: planes,
    packages: [anyPackage],
  })),
  { name: 'config', in: 'src/server/phases-file.ts', may: ['domain', 'lib', 'platform'], packages: [builtins] },
  { name: 'config', in: 'src/server/config.ts', may: ['domain', 'lib', 'platform'], packages: [builtins, zod] },
];

/**
 * Returns the row of an adapter, such as `postgres`. Adapters may not import one another. Only the adapter `temporal`
 * may import the messages of the workflow.
 */
function adapter(technology) {
  const may = ['domain', 'tlog', 'lib', 'platform', ...(technology === 'temporal' ? ['messages'] : [])];
  return { name: `adapters/${technology}`, may, types: ['steps', ...planes], packages: [anyPackage] };
}

/** Files that connect all parts. They may import every area. Only other entry points and tests may import them. */
const wiring = ['src/main.ts', 'src/cli/commands', 'src/server', 'sandbox/main.ts'];
const entryPoints = [...wiring, 'demo', 'test', 'bin', 'tools', 'eslint.config.js'];

function within(path, folder) {
  return path === folder || path.startsWith(`${folder}/`);
}

/**
 * Returns the area of a file, or undefined if no row contains the file. A file below an entry point belongs to the
 * entry point, except if a row of the table has a longer path for the file (as for src/server/config.ts).
 */
function areaOf(path) {
  const [, technology] = /^src\/adapters\/([^/]+)\//.exec(path) ?? [];
  if (technology) return adapter(technology);
  const fitting = areas.filter((area) => within(path, area.in));
  const [area] = fitting.sort((a, b) => b.in.length - a.in.length);
  const entry = entryPoints.some((entryPoint) => within(path, entryPoint) && !within(area?.in ?? '', entryPoint));
  return entry ? { name: 'entry point', entry: true } : area;
}

/** Returns why `file` of `area` may not import `source`, or undefined if the import is allowed. */
function refusal(area, file, source, typeOnly) {
  const forActivities = source === '@temporalio/activity' || /\/activity-failure\.ts$/.test(source);
  if (forActivities && !/\/activit(ies|y-heartbeat)\.ts$/.test(file))
    return 'only activities.ts and activity-heartbeat.ts may';
  if (source.startsWith('.')) return refusalOfPath(area, pathOf(file, source), typeOnly);
  if (source === '@temporalio/activity' && planes.includes(area.name)) return undefined;
  return area.packages.some((allowed) => allowed.test(source)) ? undefined : 'the package is not in its row';
}

function pathOf(file, source) {
  return relative(root, resolve(dirname(resolve(root, file)), source)).replaceAll('\\', '/');
}

function refusalOfPath(area, path, typeOnly) {
  const target = areaOf(path);
  if (!target) return `${path} is in no row of the table in tools/lint/import-rules.js`;
  if (target.entry) return `${path} is an entry point, which only tests import`;
  if (target.name === area.name || area.may.includes(target.name)) return undefined;
  if (!area.types?.includes(target.name)) return `${target.name} is not in its row`;
  return typeOnly ? undefined : `of ${target.name} only types: write "import type"`;
}

/** The lint rule `airlock/boundaries`: production code may contain only the imports that the table above allows. */
export const boundaries = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      refused: '{{area}} must not import "{{source}}": {{why}} (ARCHITECTURE, "Who may import whom").',
      homeless: '{{file}} is in no row of the import table: give its folder one in tools/lint/import-rules.js.',
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
      Program: (node) => area ?? context.report({ node, messageId: 'homeless', data: { file } }),
      ImportDeclaration: onDeclaration,
      ExportNamedDeclaration: onDeclaration,
      ExportAllDeclaration: onDeclaration,
      ImportExpression: (node) => check(node, String(node.source.value ?? 'a computed path'), false),
      TSImportType: (node) => check(node, String(node.source?.value ?? node.argument?.literal?.value), true),
    };
  },
};
