import { fileURLToPath } from 'node:url';

/** Path of the folder that contains this program's source code, without a slash at its end. */
export const checkout = fileURLToPath(new URL('../../../..', import.meta.url)).replace(/\/$/, '');
