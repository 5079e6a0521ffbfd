import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defaultClientConditions, defineConfig } from 'vite'
import { contentSecurityPolicy } from './scripts/contentSecurityPolicy'
import { preloadPages } from './scripts/preload'
import { slimHls } from './scripts/slimHls'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // The base is relative, so that the page also runs from a folder and from IPFS.
  base: './',
  plugins: [react(), tailwindcss(), slimHls, preloadPages, contentSecurityPolicy],
  resolve: { conditions: ['lp-source', ...defaultClientConditions] },
  worker: { format: 'es' },
  build: { outDir: 'dist/web', emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 1024 },
})
