import { fileURLToPath } from 'node:url';

/** Path of the root folder of the checkout that contains this file, without a slash at the end. */
export const checkout = fileURLToPath(new URL('../../../..', import.meta.url)).replace(/\/$/, '');
