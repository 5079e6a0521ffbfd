/** The token of all relays in tests. A relay takes it from `LP_STATUS_TOKEN`. */
export const statusToken = 'token-of-the-tests'

/** The options of a request that reads the whole status and all metrics of a relay. */
export const asOperator = { headers: { authorization: `Bearer ${statusToken}` } } as const
