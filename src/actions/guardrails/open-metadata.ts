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
    harmless: 'no controller acts on them. They say who wrote a field, and the next write records its manager again',
  },
];
