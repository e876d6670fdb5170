// Writes docs/errors.md from the catalogue of errors. `npm run docs:errors` runs this file.
import { writeFile } from 'node:fs/promises';
import { errorsPage } from '../src/lib/errors/errors-page.ts';

await writeFile(new URL('../docs/errors.md', import.meta.url), errorsPage());
