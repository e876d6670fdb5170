import tseslint from 'typescript-eslint';
import { boundaries } from './tools/lint/import-rules.js';

const root = import.meta.dirname;
const code = ['**/*.ts', '**/*.mjs', '**/*.js'];
const tests = ['**/*.test.ts', 'test/**'];
// node:test itself waits for the promises that these functions return, so callers need not.
const testFunctions = [{ from: 'package', package: 'node:test', name: ['describe', 'it', 'test', 'suite'] }];

const erasable = 'is not erasable syntax: Node runs these files by stripping types.';
const syntax = [
  { selector: 'TSEnumDeclaration', message: `An enum ${erasable} Use a union of string literals.` },
  // `declare module` is allowed: it only adds types to another package, so type stripping removes all of it.
  { selector: 'TSModuleDeclaration[kind!="global"][declare!=true]', message: `A namespace ${erasable} Use a module.` },
  { selector: 'TSParameterProperty', message: `A parameter property ${erasable} Assign in the constructor.` },
];
const shopIsOutside =
  'do not use stack/shop here: Airlock must infer what containers do from objects and events, never from fixtures.';

export default [
  { ignores: ['**/node_modules/**', '.airlock/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: code,
    languageOptions: { parser: tseslint.parser, ecmaVersion: 'latest', sourceType: 'module' },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      complexity: ['error', 10],
      eqeqeq: 'error',
      'max-depth': ['error', 3],
      'max-lines': ['error', 250],
      'max-params': ['error', 4],
      'no-async-promise-executor': 'error',
      'no-console': 'error',
      'no-empty': 'error',
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only src/server/config.ts and entry points read the environment.',
        },
      ],
      'no-restricted-syntax': ['error', ...syntax],
      'no-self-compare': 'error',
      'no-throw-literal': 'error',
      'no-unreachable': 'error',
      'no-unsafe-finally': 'error',
      'no-useless-catch': 'error',
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
    },
  },
  {
    // These rules need types. They find wrong uses of promises, such as a promise that nobody waits for, and a `switch`
    // that leaves out a case of a union.
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: testFunctions }],
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['src/**/*.ts', 'sandbox/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ regex: '(^|/)stack/shop(/|$)', message: shopIsOutside }] }],
      'no-restricted-syntax': [
        'error',
        ...syntax,
        { selector: 'Literal[value=/stack.shop/]', message: shopIsOutside },
        { selector: 'TemplateElement[value.raw=/stack.shop/]', message: shopIsOutside },
      ],
    },
  },
  {
    files: ['src/**/*.ts', 'workflows/**/*.ts', 'clusters/**/*.ts', 'sandbox/**/*.ts', 'stack/**/*.ts'],
    ignores: tests,
    plugins: { airlock: { rules: { boundaries } } },
    rules: { 'airlock/boundaries': 'error' },
  },
  {
    files: ['src/cli/**', 'demo/**', 'stack/**', 'bin/**', ...tests],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['src/server/config.ts', 'src/main.ts', 'src/cli/commands/**', 'stack/**', 'demo/**', 'bin/**', ...tests],
    rules: { 'no-restricted-properties': 'off' },
  },
];
