import type { Snapshot } from 'lp-relay'

/** The title and the poster of a stream, after all checks. */
export type Cover = { title?: string | undefined; posterUrl?: string | undefined }

export const coverOf = ({ cover }: Pick<Snapshot, 'cover'>): Cover =>
  cover
    ? {
        title: cover.title || undefined,
        // The bytes were checked to be a small JPEG, so the browser reads them as nothing else.
        posterUrl: cover.poster ? `data:image/jpeg;base64,${cover.poster}` : undefined,
      }
    : {}
