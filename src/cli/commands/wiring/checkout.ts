import { fileURLToPath } from 'node:url';

/** Path of this repository's root folder, without a slash at the end. */
export const checkout = fileURLToPath(new URL('../../../..', import.meta.url)).replace(/\/$/, '');
