import { z } from 'zod';

/** A name in the configuration, such as the id of a schedule or the name of a token. */
export const slugSchema = z
  .string()
  .regex(
    /^[a-z0-9]([-a-z0-9]{0,58}[a-z0-9])?$/,
    'expected 1 to 60 lower-case letters, digits and dashes, without a dash at the start or end',
  );
