import { createContext, use } from 'react'
import { type Config, defaults } from './Config'

/** The value is a promise, so only pages that need the settings wait for them. */
export const ConfigContext = createContext<Promise<Config>>(Promise.resolve(defaults))

/** Suspends until the settings are read; an error goes to the nearest boundary. */
export const useConfig = (): Config => use(use(ConfigContext))
