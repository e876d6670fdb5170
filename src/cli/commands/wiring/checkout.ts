import { fileURLToPath } from 'node:url';

/** The folder that this program was checked out to, without a slash at its end. */
export const checkout = fileURLToPath(new URL('../../../..', import.meta.url)).replace(/\/$/, '');
