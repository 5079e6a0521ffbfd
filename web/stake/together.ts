/** How the chain is asked many things at once: it runs the calls by itself, so that no contract has to be there for it. */
export const together = { allowFailure: false, deployless: true, batchSize: 4_096 } as const
