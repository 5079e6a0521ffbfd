import './substitutes'
import { logOf } from 'lp-relay/log'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App'
import { load } from './config/Config'
import { startPageLog } from './config/pageLog'
import { ConfigContext } from './config/useConfig'
import './ui/theme.css'

startPageLog()
const log = logOf('config')
const config = load()
// Pages that need the settings show this error. All other pages work without the settings.
config.catch((error) => log.fault(error))

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
