/** The viewer’s choices about sharing with other viewers. If a field is missing, the viewer has made no choice, and the page decides. */
export type SharingChoice = {
  connects?: boolean
  uploads?: boolean
  /** In Mbit/s, one of `uploadLimits`. Missing: no limit. */
  uploadLimit?: number
}

/** How the page shares the stream with other viewers now. */
export type Sharing = {
  connects: boolean
  uploads: boolean
  uploadLimit: number | undefined
  /** The network is a mobile network, or the person asked the browser to save data. */
  isMetered: boolean
  /** The page connects, but does not upload, because the network is metered and the viewer has made no choice about uploads. */
  isSavingData: boolean
}

/** In Mbit/s. */
export const uploadLimits = [5, 2, 1] as const

export function sharingOf({ connects = true, uploads, uploadLimit }: SharingChoice, isMetered: boolean): Sharing {
  return {
    ...{ connects, uploadLimit, isMetered },
    uploads: uploads ?? !isMetered,
    isSavingData: connects && uploads === undefined && isMetered,
  }
}

/** The upload limit in bit/s, for `Viewer.limitUploads`. */
export const uploadBitrateOf = ({ uploads, uploadLimit = Number.POSITIVE_INFINITY }: Sharing): number =>
  uploads ? uploadLimit * 1e6 : 0

/** Reads a stored choice. Ignores each field that it cannot read. */
export function parse(text: string | null): SharingChoice {
  let stored: unknown
  try {
    stored = JSON.parse(text ?? '{}')
  } catch {
    return {}
  }
  const { connects, uploads, uploadLimit } = (stored ?? {}) as Record<string, unknown>
  const limit = uploadLimits.find((known) => known === uploadLimit)
  return {
    ...(typeof connects === 'boolean' && { connects }),
    ...(typeof uploads === 'boolean' && { uploads }),
    ...(limit !== undefined && { uploadLimit: limit }),
  }
}
