import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/App'
import { PageBoundary } from './app/PageBoundary'
import { prepareForTrouble } from './app/prepare'
import { reloadOnceWhenChunksAreGone } from './app/reload'
import { keepStrayFiles } from './app/strayFiles'
import { followTheme } from './app/theme'
import './index.css'

reloadOnceWhenChunksAreGone()
followTheme()
keepStrayFiles()

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <PageBoundary whole>
        <App />
      </PageBoundary>
    </StrictMode>,
  )
  prepareForTrouble()
}
