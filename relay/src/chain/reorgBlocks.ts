/** We assume that a reorganisation replaces at most this many blocks. Older blocks count as final. */
export const reorgBlocks = 12n
