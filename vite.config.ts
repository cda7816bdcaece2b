import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * Builds the web app into build/web, which the server serves as plain files under a strict content security policy:
 * nothing is inlined, nothing is fetched from elsewhere. In the mode `test` the root stays the project, for Vitest.
 */
export default defineConfig(({ mode }) => ({
  root: mode === 'test' ? import.meta.dirname : 'web',
  plugins: [react()],
  build: {
    outDir: '../build/web',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    sourcemap: false,
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
            { name: 'library', test: /node_modules[\\/](@mantine|@tanstack|@floating-ui)[\\/]/ },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    port: 4690,
    proxy: Object.fromEntries(
      ['/api', '/log', '/status', '/.well-known', '/healthz'].map((path) => [path, 'http://127.0.0.1:4680']),
    ),
  },
}));
