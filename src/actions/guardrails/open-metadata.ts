import { metadataPrefix } from '../../domain/names.ts';
import type { OpenField } from './guardrail.ts';

/** The metadata fields that the guardrails leave open for each action except `scale-workload`. */
export const openMetadata: readonly OpenField[] = [
  {
    field: 'metadata.annotations',
    limit: `only ${metadataPrefix}execution and ${metadataPrefix}trace`,
    harmless:
      'only Airlock reads these annotations. The gateway takes a write for its own only if the change of the step is there too',
  },
  {
    field: 'metadata.managedFields',
    harmless:
      'changes no other field now. Not harmless with server-side apply: after a false entry, the next apply of that manager may remove a field (SECURITY.md)',
  },
];
