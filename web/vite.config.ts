import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

// Where `npm run dev` finds the API.
const api = process.env.SPOOL_DEV_API ?? 'http://127.0.0.1:8080'

/** What the server puts into the shell, as far as `npm run dev` needs it. */
const shell: Plugin = {
  name: 'shell',
  apply: 'serve',
  transformIndexHtml: (html) => html.replace('<!--spool-->', '<base href="/" />'),
}

/** The letters of the first paint are asked for before the styles that name them, so that no line wraps anew. */
const font: Plugin = {
  name: 'font',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { bundle }) => {
      const file = Object.keys(bundle ?? {}).find((name) => /inter-latin-wght-normal.*woff2$/.test(name))
      if (!file) throw new Error('the latin letters of Inter are in no asset')
      const attrs = { rel: 'preload', href: `./${file}`, as: 'font', type: 'font/woff2', crossorigin: true }
      return [{ tag: 'link', attrs, injectTo: 'head' }]
    },
  },
}

export default defineConfig({
  // Relative, so that the studio works under any path; the server says where its root is, in <base>.
  base: './',
  plugins: [react(), tailwindcss(), shell, font],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2023',
    // A data: URL would need another line in the content security policy.
    assetsInlineLimit: 0,
    manifest: 'manifest.json',
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': { target: api, ws: true } } },
  test: {
    environment: 'jsdom',
    environmentOptions: { jsdom: { url: 'http://spool.test/' } },
    setupFiles: ['src/test/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
    testTimeout: 30_000,
  },
})
