/** By `<package>@<version>`: the script that the launcher runs after an installation; undefined if it runs none. */
export const reviewedScripts: Readonly<Record<string, string | undefined>>;
