import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/App'
import { reloadOnceWhenChunksAreGone } from './app/reload'
import { followTheme } from './app/theme'
import './index.css'

reloadOnceWhenChunksAreGone()
followTheme()

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}
