/** Version of the package, as files that it writes record it. A test holds it to package.json. */
export const VERSION: string = '0.1.0';
