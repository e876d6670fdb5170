import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { z } from 'zod';
import { alertSchema, deliverySchema } from '../../src/domain/alert/alert.ts';
import { decisionSchema } from '../../src/domain/approval/decision.ts';
import { editSchema } from '../../src/domain/approval/edit.ts';
import { requestSchema } from '../../src/domain/approval/request.ts';
import { evidenceSchema } from '../../src/domain/plan/evidence.ts';
import { verdictSchema } from '../../src/domain/policy/verdict.ts';
import { reportSchema } from '../../src/domain/rehearsal/report.ts';
import { errorBodySchema } from '../../src/lib/error.ts';

const checkout = join(import.meta.dirname, '../..');
const schemas: Record<string, z.ZodType> = {
  alertSchema,
  deliverySchema,
  decisionSchema,
  editSchema,
  requestSchema,
  evidenceSchema,
  verdictSchema,
  reportSchema,
  errorBodySchema,
};

/** One row of a table of docs/texts.md. */
interface Row {
  text: string;
  files: string[];
  fields: string[];
  secrets: string;
}

const page = await readFile(join(checkout, 'docs/texts.md'), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| text ') && !line.startsWith('| ---'))
  .map((line): Row => {
    const [text = '', file = '', field = '', , , secrets = ''] = line.split('|').slice(1);
    const quoted = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    return { text: text.trim(), files: quoted(file), fields: quoted(field), secrets: secrets.trim() };
  });

/** Follows arrays, options, unions and wrappers to the members of a schema. */
function membersOf(schema: any): Record<string, any> {
  const { shape, element, innerType, options } = schema.def ?? {};
  if (shape) return shape as Record<string, any>;
  if (options) return Object.assign({}, ...(options as unknown[]).map(membersOf)) as Record<string, any>;
  return element || innerType ? membersOf(element ?? innerType) : {};
}

function isText(schema: any): boolean {
  const { type, element, innerType, options, valueType, checks = [] } = schema.def;
  const inside = [...(options ?? []), element, innerType, valueType].filter((each) => each !== undefined);
  return inside.some(isText) || (type === 'string' && !schema.format && !(checks as unknown[]).some(isPattern));
}

/** A pattern, as digests and ids have, leaves no room for words. */
function isPattern(check: any): boolean {
  return check._zod?.def?.check === 'string_format';
}

function textFields(schema: z.ZodType, path: string): string[] {
  return Object.entries(membersOf(schema)).flatMap(([name, member]) => {
    const below = textFields(member, `${path}.${name}`);
    return below.length === 0 && isText(member) ? [`${path}.${name}`] : below;
  });
}

test('docs/texts.md names files and schema fields that exist', () => {
  assert.ok(rows.length > 30);
  for (const { text, files, fields } of rows) {
    for (const file of files) assert.ok(existsSync(join(checkout, file)), `${text}: ${file}`);
    for (const field of fields) {
      const [schema = '', ...path] = field.split('.');
      let members = { ...membersOf(schemas[schema]) };
      for (const name of path) {
        assert.ok(members[name], `${text}: ${field}`);
        members = membersOf(members[name]);
      }
    }
  }
});

test('docs/texts.md has every text of an alert and of a report', () => {
  const named = new Set(rows.flatMap(({ fields }) => fields));
  // An object is named by its reference: kind, name and namespace are checked to be Kubernetes names.
  const all = [...textFields(alertSchema, 'alertSchema'), ...textFields(reportSchema, 'reportSchema')];
  const missing = all.filter((field) => !named.has(field) && !field.includes('.object.'));
  assert.deepEqual(missing, []);
  assert.ok(all.includes('reportSchema.checks.details'));
});

test('secrets are removed in exactly the files of docs/texts.md', async () => {
  const cutting = new Set<string>();
  for await (const file of glob('{src,clusters,sandbox,workflows}/**/*.ts', { cwd: checkout })) {
    if (file.endsWith('.test.ts') || file.startsWith('src/lib/secrets/')) continue;
    if (/\b(?:cutSecrets|cutNamedSecret)\(/.test(await readFile(join(checkout, file), 'utf8'))) cutting.add(file);
  }
  const documented = rows.filter(({ secrets }) => secrets.startsWith('removed')).flatMap(({ files }) => files);
  assert.deepEqual([...cutting].sort(), [...new Set(documented)].sort());
});
