import { createContext, use } from 'react'
import { type Config, defaults } from './Config'

/** The value is a promise, because only pages that need the settings should wait for them. */
export const ConfigContext = createContext<Promise<Config>>(Promise.resolve(defaults))

/** Suspends until the settings are read. An error goes to the nearest error boundary. */
export const useConfig = (): Config => use(use(ConfigContext))
