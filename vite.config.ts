import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The renderer as static files with relative addresses: served by a private scheme (Electron) or the loopback host (browser). */
export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react(), tailwindcss()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'es2024',
    // The policy allows fonts and scripts from the console's own files only, so nothing may become a data: address.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
  },
});
