import type { KubeObject } from '../../domain/kubernetes/object.ts';
import { cutMessage } from '../../lib/cut-message.ts';
import { cutSecrets } from '../../lib/secrets/cut-secrets.ts';
import { createKnownValues, type KnownValues } from '../../lib/secrets/known-values.ts';
import { literalsOf } from './literals.ts';

/** The fields of an Event (v1, events.k8s.io/v1) that its author can fill with any text. */
const eventTexts: readonly string[] = ['message', 'note', 'reason', 'action'];
/** The fields of conditions and of container states. A container writes the message of its own end. */
const statusTexts: readonly string[] = ['message', 'reason'];

/**
 * Removes the secrets from the messages of objects: from every `message` and `reason` in a status, such as the message
 * with which a container ended, and from Events, which quote the output of probes. All other words of a message stay. A
 * message gets at most 4,096 characters.
 *
 * No message may contain a literal value of a pod (`literalsOf`) in the same namespace, and none may contain a text with
 * the shape of a secret (`cutSecrets`). Preconditions and predictions depend on no message, so no digest changes.
 * @param copies are changed. They still contain the literal values.
 */
export function cutMessages(copies: readonly KubeObject[]): void {
  for (const [namespace, objects] of Map.groupBy(copies, ({ metadata }) => metadata.namespace)) {
    const cut = createCut(namespace === undefined ? undefined : createKnownValues(literalsOf(objects)));
    for (const object of objects) {
      if (object.kind === 'Event') cutFields(object, eventTexts, cut);
      cutFieldsBelow(object['status'], cut);
    }
  }
}

/** Many objects have the same messages, so each is cut once. */
function createCut(known: KnownValues | undefined): (text: string) => string {
  const done = new Map<string, string>();
  return (text) => {
    const result = done.get(text) ?? cutMessage(cutSecrets(text, known));
    done.set(text, result);
    return result;
  };
}

function cutFieldsBelow(value: unknown, cut: (text: string) => string): void {
  if (typeof value !== 'object' || value === null) return;
  for (const child of Object.values(value)) cutFieldsBelow(child, cut);
  if (!Array.isArray(value)) cutFields(value as Record<string, unknown>, statusTexts, cut);
}

function cutFields(fields: Record<string, unknown>, names: readonly string[], cut: (text: string) => string): void {
  for (const name of names) {
    const text = fields[name];
    if (typeof text === 'string') fields[name] = cut(text);
  }
}
