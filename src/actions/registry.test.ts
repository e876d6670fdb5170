import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { actionNameSchema } from '../domain/plan/plan.ts';
import { actionOf, guardrailOf, namespacedActions, nodeActions } from './registry.ts';

const limits = { undoTemplateLabels: [], undoTemplateAnnotations: [], allowedNodes: ['*'] };

test('each action is one folder with its action, guardrail, policy rule and the test of the rule', () => {
  const entries = readdirSync(import.meta.dirname, { withFileTypes: true });
  // The folder `guardrails` has what the guardrails of several actions share.
  const folders = entries.filter((entry) => entry.isDirectory() && entry.name !== 'guardrails');
  assert.deepEqual(folders.map(({ name }) => name).toSorted(), actionNameSchema.options.toSorted());
  for (const { name } of folders) {
    const files = readdirSync(join(import.meta.dirname, name));
    for (const file of ['action.ts', 'guardrail.ts', 'policy.rego', 'policy_test.rego'])
      assert.ok(files.includes(file));
    const policy = readFileSync(join(import.meta.dirname, name, 'policy.rego'), 'utf8');
    assert.match(policy, new RegExp(`^\\s*(step_accepted\\(step\\) if )?step\\.action == "${name}"$`, 'm'));
  }
});

test('each name of the registry has the action of that name', () => {
  for (const name of actionNameSchema.options) assert.equal(actionOf(name).name, name);
  assert.deepEqual([...namespacedActions, ...nodeActions].toSorted(), actionNameSchema.options.toSorted());
});

test('each guardrail limits its own action, and has a message that names it', () => {
  for (const name of actionNameSchema.options) {
    const { validations } = guardrailOf(name, limits);
    assert.ok(validations.length > 0);
    for (const { expression, message } of validations) {
      assert.ok(message.startsWith(`${name}: `));
      // True for every other action: by the action itself, or by a variable that contains it.
      assert.match(expression, new RegExp(`^(variables\\.action != '${name}'|!variables\\.isUndoRollout) \\|\\| `));
    }
  }
});
