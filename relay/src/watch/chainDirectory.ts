import type { Client } from 'viem'
import * as StreamDirectory from '../chain/StreamDirectory'
import type { Directory } from './Directory'

/** A `Directory` that reads the chain. */
export const chainDirectory = (client: Client): Directory => ({
  find: (streamId) =>
    StreamDirectory.find(client, streamId).catch((error: unknown) => {
      if (error instanceof StreamDirectory.NotFoundError) return undefined
      throw error
    }),
})
