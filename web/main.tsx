import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App'
import { load } from './config/Config'
import { ConfigContext } from './config/useConfig'
import './ui/theme.css'

const config = load()
// Pages that need the settings show this error. Other pages work without them.
config.catch(() => undefined)

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <ConfigContext value={config}>
        <App />
      </ConfigContext>
    </StrictMode>,
  )
}
