import tseslint from 'typescript-eslint';
import { boundaries } from './tools/lint/import-rules.js';

const root = import.meta.dirname;
const codeFiles = ['**/*.ts', '**/*.mjs', '**/*.js'];
const testFiles = ['**/*.test.ts', 'test/**'];
// These functions return promises. node:test waits for the promises, so a caller does not have to wait for them.
const testFunctions = [{ from: 'package', package: 'node:test', name: ['describe', 'it', 'test', 'suite'] }];

const notErasable = 'is not erasable syntax, and Node runs TypeScript only by removing the types.';
const forbiddenSyntax = [
  { selector: 'TSEnumDeclaration', message: `An enum ${notErasable} Use a union of string literals.` },
  // Declarations with `declare` are allowed, because they contain only types.
  {
    selector: 'TSModuleDeclaration[kind!="global"][declare!=true]',
    message: `A namespace ${notErasable} Use a module.`,
  },
  {
    selector: 'TSParameterProperty',
    message: `A parameter property ${notErasable} Declare a field and set it in the constructor.`,
  },
];
const noShop =
  'Do not use stack/shop here. Infer the behaviour of containers from objects and events, never from fixtures.';

export default [
  { ignores: ['**/node_modules/**', '.airlock/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: codeFiles,
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
          message: 'This file must not read the environment. The end of eslint.config.js lists the files that may.',
        },
      ],
      'no-restricted-syntax': ['error', ...forbiddenSyntax],
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
    // These rules need type information.
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
      'no-restricted-imports': ['error', { patterns: [{ regex: '(^|/)stack/shop(/|$)', message: noShop }] }],
      'no-restricted-syntax': [
        'error',
        ...forbiddenSyntax,
        { selector: 'Literal[value=/stack.shop/]', message: noShop },
        { selector: 'TemplateElement[value.raw=/stack.shop/]', message: noShop },
      ],
    },
  },
  {
    files: ['src/**/*.ts', 'workflows/**/*.ts', 'clusters/**/*.ts', 'sandbox/**/*.ts', 'stack/**/*.ts'],
    ignores: testFiles,
    plugins: { airlock: { rules: { boundaries } } },
    rules: { 'airlock/boundaries': 'error' },
  },
  {
    files: ['src/cli/**', 'demo/**', 'stack/**', 'bin/**', ...testFiles],
    rules: { 'no-console': 'off' },
  },
  {
    files: [
      'src/server/config.ts',
      'src/main.ts',
      'src/cli/commands/**',
      'stack/**',
      'demo/**',
      'bin/**',
      ...testFiles,
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
];
