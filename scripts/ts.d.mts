import type { InlineConfig } from 'vite'

/** Vite's settings. Modules are resolved as in the page and the tests. */
export const viteConfig: InlineConfig

/** Runs a TypeScript module's default export. */
export function run(file: string, args: readonly string[]): Promise<void>
